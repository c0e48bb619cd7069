import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";

/** Leaves out what is null, not there or not known yet. */
export function compact(values: { readonly [key: string]: PropertyValue | undefined }): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, PropertyValue] =>
        entry[1] !== undefined && entry[1] !== null && !(entry[1] instanceof Computed),
    ),
  );
}

/** The named entries of a map, as far as they are there and known. */
export function pick(values: PropertyMap, names: readonly string[]): PropertyMap {
  return compact(Object.fromEntries(names.map((name) => [name, values[name]])));
}

/** Atlas' form of a map of tags or labels. */
export function toPairs(map: PropertyValue | undefined): readonly PropertyMap[] {
  if (!isPropertyMap(map)) return [];
  return Object.entries(map).map(([key, value]) => ({ key, value }));
}

/** Our form of Atlas' tags and labels; undefined where there are none. */
export function fromPairs(pairs: PropertyValue | undefined): PropertyMap | undefined {
  if (!isPropertyArray(pairs) || pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.filter(isPropertyMap).map((pair) => [String(pair["key"]), pair["value"] ?? ""]),
  );
}

/** The maps of a list, each without what is null. */
export function compactAll(list: PropertyValue | undefined): readonly PropertyMap[] {
  return isPropertyArray(list) ? list.filter(isPropertyMap).map(compact) : [];
}
