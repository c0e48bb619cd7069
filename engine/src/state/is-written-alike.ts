import type { ResourceState } from "./resource.ts";

/**
 * True where two resources say the same in a file. Plain data is compared, whatever the order of a map's members; two
 * values of a kind of their own (secrets, assets) count as different.
 */
export function isWrittenAlike(a: ResourceState, b: ResourceState): boolean {
  for (const field in a) {
    const one = a[field as keyof ResourceState];
    const other = b[field as keyof ResourceState];
    if (one !== other && !isAlike(one, other)) return false;
  }
  return true;
}

interface PlainObject {
  readonly [key: string]: unknown;
}

function membersAlike(a: PlainObject, b: PlainObject): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isAlike(a[key], b[key]))
  );
}

function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isAlike(item, b[index]));
  }
  return isPlain(a) && isPlain(b) && membersAlike(a, b);
}

function isPlain(value: object): value is PlainObject {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
