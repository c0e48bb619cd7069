import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, textAt } from "../plain-values.ts";

export {
  findMapAt,
  flagAt,
  mapsAt,
  numberAt,
  sameValue,
  textAt,
  textsAt,
  unwrap,
  unwrapMap,
} from "../plain-values.ts";

/** True for what Docker and Terraform take as "not set": null, "", 0, false, [] and {}. */
export function isZero(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (isPropertyArray(value)) return value.length === 0;
  return isPropertyMap(value) && Object.keys(value).every((key) => key.startsWith("__"));
}

/** The map of texts at `key`; {} where there is none. */
export function textMapAt(map: PropertyMap, key: string): Record<string, string> {
  const entries = Object.entries(findMapAt(map, key) ?? {});
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] => !entry[0].startsWith("__") && typeof entry[1] === "string",
    ),
  );
}

/** Docker's form of our `labels: [{label, value}]`. */
export function labelsAt(map: PropertyMap, key: string): Record<string, string> {
  return Object.fromEntries(mapsAt(map, key).map((item) => [textAt(item, "label"), textAt(item, "value")]));
}

/** Our form of Docker's labels, in a stable order. */
export function labelList(labels: { readonly [name: string]: string } | null | undefined): PropertyMap[] {
  return Object.entries(labels ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
