import {
  Archive,
  Asset,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  propertyMap,
  Secret,
} from "../protocol/property-value.ts";

/**
 * Providers are told the hashes of recorded assets only, and may echo them. Puts the sources back that assets and archives
 * of the same hash have in `originals`.
 */
export function restoreAssets(map: PropertyMap, originals: PropertyMap): PropertyMap {
  const known = new Map<string, Asset | Archive>();
  collect(originals, known);
  return known.size === 0 ? map : restoreMap(map, known);
}

type Known = Map<string, Asset | Archive>;

function collect(value: PropertyValue, known: Known): void {
  if (value instanceof Asset || value instanceof Archive) known.set(keyOf(value), value);
  else if (value instanceof Secret) collect(value.value, known);
  else if (isPropertyArray(value)) for (const element of value) collect(element, known);
  else if (isPropertyMap(value)) for (const element of Object.values(value)) collect(element, known);
}

function keyOf(value: Asset | Archive): string {
  return `${value instanceof Asset ? "asset" : "archive"} ${value.hash}`;
}

function restoreMap(map: PropertyMap, known: Known): PropertyMap {
  return propertyMap(Object.entries(map).map(([key, value]) => [key, restore(value, known)]));
}

function restore(value: PropertyValue, known: Known): PropertyValue {
  if (value instanceof Asset || value instanceof Archive) {
    return isElided(value) ? (known.get(keyOf(value)) ?? value) : value;
  }
  if (value instanceof Secret) return new Secret(restore(value.value, known));
  if (isPropertyArray(value)) return value.map((element) => restore(element, known));
  return isPropertyMap(value) ? restoreMap(value, known) : value;
}

function isElided({ source }: Asset | Archive): boolean {
  if ("text" in source) return source.text === "";
  return "assets" in source && Object.keys(source.assets).length === 0;
}
