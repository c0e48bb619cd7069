import type { PropertyMap } from "../../protocol/property-value.ts";
import { labelsAt } from "./values.ts";

/** True where an object has every label that was asked for: one of the same name may be somebody else's. */
export function hasLabels(
  live: { readonly [label: string]: string } | null | undefined,
  inputs: PropertyMap,
): boolean {
  return Object.entries(labelsAt(inputs, "labels")).every(([label, value]) => live?.[label] === value);
}
