import { isDeepStrictEqual } from "node:util";
import { hasUnknown, type Properties } from "../protocol/property-values.ts";
import type { PropertyChange } from "../protocol/resource-handler.ts";
import { instanceSchema } from "./inputs.ts";
import { CREATE_ONLY } from "./live.ts";

/**
 * What differs between what is recorded of an instance and what the program wants. A property that the program no
 * longer names is left as it is.
 */
export function diffInstance({
  olds,
  oldInputs,
  news,
}: {
  olds: Properties;
  oldInputs: Properties;
  news: Properties;
}): Map<string, PropertyChange> {
  const changes = new Map<string, PropertyChange>();
  for (const property of Object.keys(instanceSchema.shape)) {
    const wanted = news[property];
    const recorded = olds[property] ?? oldInputs[property];
    if (wanted === undefined || (!hasUnknown(wanted) && isDeepStrictEqual(wanted, recorded))) continue;
    const replaces = CREATE_ONLY.some((name) => name === property);
    changes.set(property, { kind: recorded === undefined ? "add" : "update", replaces });
  }
  return changes;
}
