/** Values of a stack's configuration, as Pulumi.<stack>.yaml holds them. `{secure: text}` stands for an encrypted text. */
import { messageOf, UserError, whileDoing } from "../errors.ts";
import { formatPropertyPath, type PropertyPath, requirePropertyPath } from "../plan/property-path.ts";
import { encodeGoJson } from "../state/go-json.ts";

export type ConfigValue = null | boolean | number | bigint | string | readonly ConfigValue[] | ConfigMap;
export type ConfigMap = { readonly [key: string]: ConfigValue };

/** An encrypted text. */
export type SecureValue = { readonly secure: string };

export function isSecure(value: ConfigValue | undefined): value is SecureValue {
  return isMap(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;
}

/** True where any part of the value is encrypted. */
export function hasSecure(value: ConfigValue): boolean {
  if (isSecure(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSecure);
}

/** True for lists and maps. */
export function isContainer(value: ConfigValue | undefined): value is readonly ConfigValue[] | ConfigMap {
  return typeof value === "object" && value !== null && !isSecure(value);
}

function isMap(value: ConfigValue | undefined): value is ConfigMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changes every encrypted text of a value. */
export async function mapSecure(
  value: ConfigValue,
  change: (ciphertext: string) => Promise<ConfigValue>,
): Promise<ConfigValue> {
  if (isSecure(value)) return change(value.secure);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map((item: ConfigValue) => mapSecure(item, change)));
  const entries = Object.entries(value).map(
    async ([key, item]) => [key, await mapSecure(item, change)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** The text that a program gets: texts as they are, everything else as JSON. */
export function configText(value: ConfigValue): string {
  return typeof value === "string" ? value : encodeGoJson(value, { escapeHtml: true });
}

/** What a text on a command line stands for inside a map or list: booleans and whole numbers of 64 bits get their type. */
export function coerceText(text: string): ConfigValue {
  if (text === "true" || text === "false") return text === "true";
  if (/^0./.test(text)) return text;
  const isUnsigned = /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
  return isUnsigned ? wholeNumber(BigInt(text)) : (parseInt64(text) ?? text);
}

/** The whole number that a text is; undefined where it is none, or none of 64 bits. */
export function parseInt64(text: string): number | bigint | undefined {
  if (!/^[+-]?\d+$/.test(text) || text.length > 100) return undefined;
  const size = BigInt(text.replace(/^[+-]/, ""));
  const value = text.startsWith("-") ? -size : size;
  return BigInt.asIntN(64, value) === value ? wholeNumber(value) : undefined;
}

/** As a number where JavaScript has it exactly. */
export function wholeNumber(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** `namespace:name` of a key that may lack the project's namespace or have the old middle part `config`. @throws UserError `bad-config-key`. */
export function parseConfigKey(text: string, project: string): string {
  const parts = text.split(":");
  if (parts.length === 1) return `${project}:${text}`;
  if (parts.length === 2) return text;
  if (parts.length === 3 && parts[1] === "config") return `${parts[0]}:${parts[2]}`;
  throw new UserError(
    "bad-config-key",
    `could not parse ${text} as a configuration key (configuration keys should be of the form \`<namespace>:<name>\`)`,
  );
}

/** The name of a key, without its namespace. */
export function configKeyName(key: string): string {
  return key.slice(key.indexOf(":") + 1);
}

/** How a key is called in messages: without the project's own namespace. */
export function displayConfigKey(key: string, project: string): string {
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
}

export interface KeyAndPath {
  readonly key: string;
  /** Into the key's value; empty for the value itself. */
  readonly path: PropertyPath;
}

/** Reads `ns:a.b[0]` as the key `ns:a` and the path `b[0]`. @throws UserError `bad-config-key`, `bad-config-path`. */
export function parseKeyPath(text: string, project: string): KeyAndPath {
  const [, namespace = "", rest = text] = /^([^:[\].]*:)?(.*)$/s.exec(text) ?? [];
  // A name in brackets may have colons of its own.
  if (rest.startsWith("[")) return splitKeyPath(namespace === "" ? `${project}:${rest}` : text);
  const top = rest.search(/[.[]|$/);
  return splitKeyPath(parseConfigKey(namespace + rest.slice(0, top), project) + rest.slice(top));
}

/** As `parseKeyPath`, of what begins with a namespace. @throws UserError `bad-config-path`. */
export function splitKeyPath(text: string): KeyAndPath {
  const at = text.indexOf(":") + 1;
  const [first, ...path] = readKeyPath(text.slice(at));
  if (first === undefined) throw badKeyPath("empty config key path");
  if (typeof first !== "string") throw badKeyPath("first path segement of config key must be a string");
  if (first === "") throw badKeyPath("config key is empty");
  return { key: text.slice(0, at) + first, path };
}

/** A dot before a bracket, which paths from providers may have, is a mistake here. */
function readKeyPath(text: string): PropertyPath {
  try {
    const path = requirePropertyPath(text);
    if (!/\.\[/.test(text.replaceAll(/\["(\\"|[^"])*"\]/g, ""))) return path;
  } catch (error) {
    throw badKeyPath(`invalid config key path: ${messageOf(error)}`);
  }
  throw badKeyPath("invalid config key path: expected property name after '.'");
}

function badKeyPath(problem: string): UserError {
  return new UserError("bad-config-path", problem);
}

/** The value at a path; undefined where there is none. */
export function getAt(value: ConfigValue | undefined, path: PropertyPath): ConfigValue | undefined {
  const [element, ...rest] = path;
  if (element === undefined) return value;
  if (!isContainer(value)) return undefined;
  if (Array.isArray(value)) return typeof element === "number" ? getAt(value[element], rest) : undefined;
  return typeof element === "string" && Object.hasOwn(value, element)
    ? getAt((value as ConfigMap)[element], rest)
    : undefined;
}

/**
 * Puts a value at a path, making maps and lists on the way.
 * @param above Where the value itself is, for messages. @throws UserError `bad-config-path`.
 */
export function setAt(
  root: ConfigValue | undefined,
  path: PropertyPath,
  value: ConfigValue,
  above: PropertyPath = [],
): ConfigValue {
  // A plain value at the top gives way to a container; below it, it is an error.
  const start = path.length > 0 && !isContainer(root) ? null : (root ?? null);
  return setBelow(start, { path: [...above, ...path], done: above.length }, value);
}

interface Position {
  readonly path: PropertyPath;
  readonly done: number;
}

function setBelow(target: ConfigValue, { path, done }: Position, value: ConfigValue): ConfigValue {
  const element = path[done];
  if (element === undefined) return value;
  const position = { path, done: done + 1 };
  const container = target ?? newContainer(element);
  if (!isContainer(container)) {
    throw badPath(path, done, `expected ${typeof element === "number" ? "an array" : "a map"}`);
  }
  if (Array.isArray(container)) return setInList(container, position, value);
  if (typeof element !== "string") throw badPath(path, done + 1, "key for a map must be a string");
  const changed = setBelow(getAt(container, [element]) ?? null, position, value);
  return refuseReserved({ ...(container as ConfigMap), [element]: changed });
}

/** Longer lists than this are not made for a single item. */
const MAX_NEW_ITEMS = 100_000;

/** A new list is as long as its first item needs it to be, the others null. */
function newContainer(element: string | number): readonly ConfigValue[] | ConfigMap {
  if (typeof element !== "number") return {};
  return element < 0 || element >= MAX_NEW_ITEMS ? [] : new Array(element + 1).fill(null);
}

function setInList(list: readonly ConfigValue[], position: Position, value: ConfigValue): ConfigValue {
  const { path, done } = position;
  const index = path[done - 1];
  if (typeof index !== "number") throw badPath(path, done, "key for an array must be an int");
  if (index < 0 || index > list.length) throw badPath(path, done, "array index out of range");
  return index === list.length
    ? [...list, setBelow(null, position, value)]
    : list.with(index, setBelow(list[index] ?? null, position, value));
}

/** Takes the value at a path away; nothing happens where there is none. @throws UserError `bad-config-path`. */
export function removeAt(root: ConfigValue, path: PropertyPath): ConfigValue {
  try {
    return removeBelow(root, path);
  } catch (error) {
    // The official CLI names the path twice.
    throw whileDoing(formatPropertyPath([...path, ...path]), error);
  }
}

function removeBelow(root: ConfigValue, path: PropertyPath): ConfigValue {
  const [element, ...rest] = path;
  if (element === undefined || getAt(root, path) === undefined || !isContainer(root)) return root;
  if (Array.isArray(root)) {
    const index = Number(element);
    const item = (root as readonly ConfigValue[])[index] ?? null;
    return rest.length === 0 ? root.toSpliced(index, 1) : root.with(index, removeBelow(item, rest));
  }
  const map = root as ConfigMap;
  if (rest.length > 0) return { ...map, [element]: removeBelow(map[element] ?? null, rest) };
  const { [String(element)]: _removed, ...others } = map;
  return refuseReserved(others);
}

/** A plain map that looks like an encrypted value would be taken for one. */
function refuseReserved(map: ConfigMap): ConfigMap {
  if (!isSecure(map)) return map;
  throw new UserError("bad-config-path", 'maps with the single key "secure" are reserved');
}

function badPath(path: PropertyPath, length: number, problem: string): UserError {
  return new UserError("bad-config-path", `${formatPropertyPath(path.slice(0, length))}: ${problem}`);
}
