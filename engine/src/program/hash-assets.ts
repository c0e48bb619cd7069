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
import { somePart } from "../protocol/property-walk.ts";

/**
 * Fills in the hashes of all assets and archives in a map. Relative paths start at `directory`.
 * @throws UserError `asset-unreadable`
 */
export async function hashAssets(map: PropertyMap, directory: string): Promise<PropertyMap> {
  if (!somePart(map, (part) => part instanceof Asset || part instanceof Archive)) return map;
  const entries: [string, PropertyValue][] = [];
  for (const [key, value] of Object.entries(map)) entries.push([key, await hash(value, directory)]);
  return Object.fromEntries(entries);
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
