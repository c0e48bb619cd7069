/** Stands where a preview cannot know a value yet: no rule reports it, the update judges it. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type PropertyMap = { readonly [property: string]: unknown };

/**
 * A copy of what the SDK hands to a policy. Reading something unknown throws there, which would leave a whole
 * resource unjudged for one computed value; here it becomes `UNKNOWN`.
 */
export function copyProperties(properties: PropertyMap): PropertyMap {
  const keys = Object.keys(properties);
  return Object.fromEntries(keys.map((key) => [key, copyOf(() => properties[key])]));
}

function copyOf(read: () => unknown): unknown {
  let value: unknown;
  try {
    value = read();
  } catch {
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    return Array.from({ length: list.length }, (_, index) => copyOf(() => list[index]));
  }
  return isMap(value) ? copyProperties(value) : value;
}

function isMap(value: unknown): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The map at a path of property names; empty where there is none. */
export function mapAt(value: unknown, ...path: readonly string[]): PropertyMap {
  const found = valueAt(value, ...path);
  return isMap(found) ? found : {};
}

/** The list at a path of property names; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path of property names; undefined where there is none or it is unknown. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The value at a path of property names. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce((found: unknown, key) => (isMap(found) ? found[key] : undefined), value);
}

/** A text below a value, with its path: `spec.containers[0].image`. */
export interface FoundText {
  readonly path: string;
  readonly text: string;
}

/** Every text below a value. */
export function textsBelow(value: unknown, path = ""): readonly FoundText[] {
  if (typeof value === "string") return [{ path, text: value }];
  return below(value, path).flatMap(([place, child]) => textsBelow(child, place));
}

/** What a value holds directly, with paths. */
export function below(value: unknown, path: string): readonly (readonly [path: string, child: unknown])[] {
  if (Array.isArray(value)) return value.map((child: unknown, index) => [`${path}[${index}]`, child]);
  if (!isMap(value)) return [];
  return Object.entries(value).map(([key, child]) => [path === "" ? key : `${path}.${key}`, child]);
}
