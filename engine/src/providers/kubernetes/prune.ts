import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";

/** What of `source` has a counterpart in `shape`: the live object without what the server or others added. */
export function pruneMap(source: PropertyMap, shape: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(source)
      .filter(([key]) => Object.hasOwn(shape, key))
      .map(([key, value]) => [key, pruneValue(value, shape[key])]),
  );
}

function pruneValue(source: PropertyValue, shape: PropertyValue | undefined): PropertyValue {
  if (isPropertyMap(source) && isPropertyMap(shape)) return pruneMap(source, shape);
  if (isPropertyArray(source) && isPropertyArray(shape)) return pruneArray(source, shape);
  return source;
}

function pruneArray(source: readonly PropertyValue[], shape: readonly PropertyValue[]): PropertyValue {
  if (source.length === 0 || shape.length === 0) return [];
  return source.slice(0, shape.length).map((value, index) => pruneValue(value, shape[index]));
}
