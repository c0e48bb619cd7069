import { ProviderError } from "../../errors.ts";

/** Terraform's ids of things that Atlas finds by several keys: `base64(key):base64(value)-…`, by key. */
export function encodeStateId(parts: { readonly [key: string]: string }): string {
  const encode = (text: string): string => Buffer.from(text).toString("base64");
  return Object.keys(parts)
    .sort()
    .map((key) => `${encode(key)}:${encode(parts[key] ?? "")}`)
    .join("-");
}

/** The parts of such an id; undefined where the text is none. */
export function decodeStateId(id: string): { readonly [key: string]: string } | undefined {
  const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");
  const pairs = id.split("-").map((pair) => pair.split(":"));
  if (!pairs.every((pair) => pair.length === 2)) return undefined;
  return Object.fromEntries(pairs.map(([key = "", value = ""]) => [decode(key), decode(value)]));
}

/** How a person writes the id of something that is imported. */
export interface ImportFormat {
  /** Groups are the parts, in the order of the names. */
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Told where an id does not match: `to import a container, use the format {project_id}-{container_id}`. */
  readonly advice: string;
}

/**
 * The parts of a recorded id, or of one that a person wrote.
 * @throws ProviderError
 */
export function partsOfId(
  id: string,
  { pattern, names, advice }: ImportFormat,
): { readonly [part: string]: string } {
  const decoded = decodeStateId(id);
  if (decoded !== undefined && names.every((name) => decoded[name] !== undefined)) return decoded;
  const match = pattern.exec(id);
  if (match === null) throw new ProviderError(`import format error: ${advice}`, { status: "ok" });
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ""]));
}

/** One part of what may be a recorded id, where a program gives a resource's id for its key. */
export function partOfId(text: string, name: string): string {
  return decodeStateId(text)?.[name] ?? text;
}
