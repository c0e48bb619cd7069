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
