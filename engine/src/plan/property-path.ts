import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";

/** One step into a value: a key, an index, or `*` for every key and index. */
export type PathElement = string | number;
export type PropertyPath = readonly PathElement[];

const WILDCARD = "*";
/** Deeper values than this are refused everywhere: a longer path leads nowhere. */
const MAX_ELEMENTS = 1000;
const NAME = /^[^.[]+/;
const QUOTED = /^\["((?:\\"|[^"])*)"\]/;
const INDEX = /^\[(\*|[+-]?\d+)\]/;

/** Parses `a.b[0]["k.l"].*`; undefined where the text is no path. */
export function parsePropertyPath(text: string): PropertyPath | undefined {
  const path = readPropertyPath(text);
  return typeof path === "string" ? undefined : path;
}

/** As `parsePropertyPath`, where a text that is no path must not pass. @throws Error in the official CLI's words */
export function requirePropertyPath(text: string): PropertyPath {
  const path = readPropertyPath(text);
  if (typeof path === "string") throw new Error(path);
  return path;
}

/** The path, or what is wrong with it. */
function readPropertyPath(text: string): PropertyPath | string {
  if (text.startsWith(".")) return "expected property path to start with a name or index";
  const elements: PathElement[] = [];
  let rest = text;
  while (rest.length > 0) {
    if (rest.startsWith(".")) {
      rest = rest.slice(1);
      if (rest === "") return "expected property path to end with a name or index";
      continue;
    }
    const quoted = QUOTED.exec(rest);
    const match = quoted ?? INDEX.exec(rest) ?? NAME.exec(rest);
    if (match === null) return problemOf(rest);
    if (elements.length === MAX_ELEMENTS) return `a property path has at most ${MAX_ELEMENTS} elements`;
    elements.push(elementOf(match, quoted !== null));
    rest = rest.slice(match[0].length);
  }
  return elements;
}

/** What is wrong with a text that begins with `[` and is neither a key nor an index. */
function problemOf(text: string): string {
  if (text.startsWith('["')) {
    const isClosed = /^\["(?:\\"|[^"])*"/.test(text);
    return isClosed ? "missing closing bracket in property access" : "missing closing quote in property name";
  }
  const end = text.indexOf("]");
  if (end < 0) return "missing closing bracket in array index";
  return `invalid array index: strconv.ParseInt: parsing ${JSON.stringify(text.slice(1, end))}: invalid syntax`;
}

function elementOf(match: RegExpExecArray, quoted: boolean): PathElement {
  const text = match[1];
  if (text === undefined) return match[0];
  if (quoted) return text.replaceAll('\\"', '"');
  return text === WILDCARD ? WILDCARD : Number(text);
}

/** The text of a path; the inverse of `parsePropertyPath`. */
export function formatPropertyPath(path: PropertyPath): string {
  return path.map(formatElement).join("");
}

function formatElement(element: PathElement, position: number): string {
  if (typeof element === "number") return `[${element}]`;
  if (!/^\w+$/.test(element)) return `["${element.replaceAll('"', '\\"')}"]`;
  return position === 0 ? element : `.${element}`;
}

/** True where `path` names the same place as `other`, or one that `other` is inside of. */
export function pathContains(path: PropertyPath, other: PropertyPath): boolean {
  if (other.length < path.length) return false;
  return path.every((element, i) => element === WILDCARD || element === other[i]);
}

/** The value at a path without wildcards; secrets on the way are opened. */
export function getAtPath(value: PropertyValue | undefined, path: PropertyPath): PropertyValue | undefined {
  const [element, ...rest] = path;
  if (element === undefined) return value;
  const inner = openSecret(value);
  if (typeof element === "number") {
    return isPropertyArray(inner) ? getAtPath(inner[element], rest) : undefined;
  }
  return isPropertyMap(inner) && Object.hasOwn(inner, element) ? getAtPath(inner[element], rest) : undefined;
}

/** The value inside any number of secret wrappers. */
export function openSecret(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? openSecret(value.value) : value;
}

/** A map with one more or one other value; any key is safe, `__proto__` included. */
export function withKey(map: PropertyMap, key: string, value: PropertyValue): PropertyMap {
  return Object.fromEntries([...Object.entries(map).filter(([k]) => k !== key), [key, value]]);
}

/** A map without a key. */
export function withoutKey(map: PropertyMap, key: string): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([k]) => k !== key));
}

/** An array with one other element. */
export function withIndex(
  array: readonly PropertyValue[],
  index: number,
  value: PropertyValue,
): readonly PropertyValue[] {
  return array.map((element, i) => (i === index ? value : element));
}

/** Sets the value at a path without wildcards, making maps on the way; undefined where an array or a scalar is in the way. */
export function setAtPath(
  value: PropertyValue | undefined,
  path: PropertyPath,
  leaf: PropertyValue,
): PropertyValue | undefined {
  const [element, ...rest] = path;
  if (element === undefined) return leaf;
  if (value instanceof Secret) return wrapSecret(setAtPath(value.value, path, leaf));
  if (typeof element === "number") {
    const array = value === undefined ? [] : value;
    if (!isPropertyArray(array) || element < 0 || element > array.length) return undefined;
    const inner = setAtPath(array[element], rest, leaf);
    if (inner === undefined) return undefined;
    return element === array.length ? [...array, inner] : withIndex(array, element, inner);
  }
  const map = value === undefined ? {} : value;
  if (!isPropertyMap(map)) return undefined;
  const inner = setAtPath(Object.hasOwn(map, element) ? map[element] : undefined, rest, leaf);
  return inner === undefined ? undefined : withKey(map, element, inner);
}

/** Removes what is at a path without wildcards; undefined where nothing is there. */
export function deleteAtPath(
  value: PropertyValue | undefined,
  path: PropertyPath,
): PropertyValue | undefined {
  const [element, ...rest] = path;
  if (element === undefined) return undefined;
  if (value instanceof Secret) return wrapSecret(deleteAtPath(value.value, path));
  if (typeof element === "number") {
    if (!isPropertyArray(value) || !(element in value)) return undefined;
    if (rest.length === 0) return value.filter((_, i) => i !== element);
    const inner = deleteAtPath(value[element], rest);
    return inner === undefined ? undefined : withIndex(value, element, inner);
  }
  if (!isPropertyMap(value) || !Object.hasOwn(value, element)) return undefined;
  if (rest.length === 0) return withoutKey(value, element);
  const inner = deleteAtPath(value[element], rest);
  return inner === undefined ? undefined : withKey(value, element, inner);
}

function wrapSecret(value: PropertyValue | undefined): PropertyValue | undefined {
  return value === undefined ? undefined : new Secret(value);
}
