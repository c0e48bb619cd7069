import { hashArchive, hashAsset } from "../protocol/asset-hash.ts";
import {
  Archive,
  Asset,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";

/**
 * Fills in the hashes of all assets and archives in a map. Relative paths start at `directory`.
 * @throws UserError `asset-unreadable`
 */
export async function hashAssets(map: PropertyMap, directory: string): Promise<PropertyMap> {
  if (!containsAssets(map)) return map;
  const entries: [string, PropertyValue][] = [];
  for (const [key, value] of Object.entries(map)) entries.push([key, await hash(value, directory)]);
  return Object.fromEntries(entries);
}

function containsAssets(value: PropertyValue | undefined): boolean {
  if (value instanceof Asset || value instanceof Archive) return true;
  if (value instanceof Secret || value instanceof OutputValue) return containsAssets(value.value);
  if (isPropertyArray(value)) return value.some(containsAssets);
  return isPropertyMap(value) && Object.values(value).some(containsAssets);
}

async function hash(value: PropertyValue, directory: string): Promise<PropertyValue> {
  if (value instanceof Asset) return hashAsset(value, directory);
  if (value instanceof Archive) return hashArchive(value, directory);
  if (value instanceof Secret) return new Secret(await hash(value.value, directory));
  if (value instanceof OutputValue && value.value !== undefined) {
    return new OutputValue(await hash(value.value, directory), value.secret, value.dependencies);
  }
  if (isPropertyArray(value)) return Promise.all(value.map((element) => hash(element, directory)));
  return isPropertyMap(value) ? hashAssets(value, directory) : value;
}
