import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "./kind.ts";
import { labelsAt } from "./values.ts";

/** True where an object has every label that was asked for: one of the same name may be somebody else's. */
export function hasLabels({ values }: LiveObject, inputs: PropertyMap): boolean {
  const live = labelsAt(values, "labels");
  return Object.entries(labelsAt(inputs, "labels")).every(([label, value]) => live[label] === value);
}
