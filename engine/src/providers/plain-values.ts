import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";

/** The value without secret and output wrappers, at every depth; an unknown output becomes a plain unknown. */
export function unwrap(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return unwrap(value.value);
  if (value instanceof OutputValue) return value.value === undefined ? new Computed() : unwrap(value.value);
  if (isPropertyArray(value)) return value.map(unwrap);
  if (isPropertyMap(value)) return unwrapMap(value);
  return value;
}

/** `unwrap` for a whole map. */
export function unwrapMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, unwrap(value)]));
}

/** Deep equality of plain values; the order of keys does not matter. */
export function sameValue(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (isPropertyArray(left) && isPropertyArray(right)) {
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
  }
  if (!isPropertyMap(left) || !isPropertyMap(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}

/** The text at `key`; "" where there is none. */
export function textAt(map: PropertyMap, key: string): string {
  const value = map[key];
  return typeof value === "string" ? value : "";
}

/** The number at `key`; 0 where there is none. */
export function numberAt(map: PropertyMap, key: string): number {
  const value = map[key];
  return typeof value === "number" ? value : 0;
}

/** The flag at `key`; false where there is none. */
export function flagAt(map: PropertyMap, key: string): boolean {
  return map[key] === true;
}

/** The texts at `key`; [] where there are none. */
export function textsAt(map: PropertyMap, key: string): string[] {
  const value = map[key];
  return isPropertyArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The maps at `key`; [] where there are none. */
export function mapsAt(map: PropertyMap, key: string): PropertyMap[] {
  const value = map[key];
  return isPropertyArray(value) ? value.filter(isPropertyMap) : [];
}

/** The map at `key`; undefined where there is none. */
export function findMapAt(map: PropertyMap, key: string): PropertyMap | undefined {
  const value = map[key];
  return isPropertyMap(value) ? value : undefined;
}
