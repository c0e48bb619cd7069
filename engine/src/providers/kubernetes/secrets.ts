import { containsSecrets } from "../../plan/secrets.ts";
import {
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../../protocol/property-value.ts";

/**
 * Marks what is secret again, by the names of `marked`; maps are followed, everything else is secret as a whole.
 * Data of Secrets is always secret.
 */
export function markSecrets(properties: PropertyMap, marked: PropertyMap): PropertyMap {
  if (properties["kind"] === "Secret") return markData(properties);
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      markValue(value, Object.hasOwn(marked, key) ? marked[key] : undefined),
    ]),
  );
}

function markData(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      (key === "data" || key === "stringData") && !(value instanceof Secret) ? new Secret(value) : value,
    ]),
  );
}

function markValue(value: PropertyValue, marked: PropertyValue | undefined): PropertyValue {
  if (marked === undefined || value instanceof Secret) return value;
  if (isPropertyMap(value) && isPropertyMap(marked)) return markSecrets(value, marked);
  return containsSecrets(marked) ? new Secret(value) : value;
}
