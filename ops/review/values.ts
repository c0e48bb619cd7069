/** JSON as engine events have it. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };
export type Values = { readonly [key: string]: Value };

/** Stands for what must not be shown. */
export const SECRET = "[secret]";
/** Stands for what only the update will tell. */
export const UNKNOWN = "[unknown]";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True for Pulumi's own form of a secret. */
export function isSecretForm(value: unknown): value is { readonly [key: string]: unknown } {
  return isMap(value) && value[SIGNATURE] === SECRET_SIGNATURE;
}

/** A secret in Pulumi's own form whose text stands for what nobody could decrypt. */
export const UNDECRYPTED = {
  [SIGNATURE]: SECRET_SIGNATURE,
  plaintext: JSON.stringify(UNKNOWN_TEXT),
} as const;

/** Values with secrets and unknowns as the two texts above. */
export function toShown(value: unknown): Value {
  if (isSecretForm(value)) return SECRET;
  if (Array.isArray(value)) return value.map(toShown);
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toShown(inner)]));
  }
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  return isScalar(value) ? value : null;
}

function isScalar(value: unknown): value is null | boolean | number | string {
  return value === null || ["boolean", "number", "string"].includes(typeof value);
}

export function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `spec.rules[0]["a.b"].weight` as keys. */
export function parsePath(path: string): string[] {
  const parts = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...parts].map(([, quoted, index, key]) => quoted ?? index ?? key ?? "");
}

/** What is at a path; undefined where there is nothing. */
export function valueAt(values: Value | undefined, path: string | readonly string[]): Value | undefined {
  const keys = typeof path === "string" ? parsePath(path) : path;
  return keys.reduce<Value | undefined>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)] as Value | undefined;
    return isMap(at) && Object.hasOwn(at, key) ? (at as Values)[key] : undefined;
  }, values);
}

/** Everything in a value that is no map and no list, with its path. */
export function leavesOf(
  value: Value | undefined,
  path: readonly string[] = [],
): (readonly [string, Value])[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((inner: Value, index) => leavesOf(inner, [...path, String(index)]));
  }
  if (isMap(value)) {
    return Object.entries(value as Values).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  return [[path.join("."), value]];
}
