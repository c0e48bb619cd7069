import { isDeepStrictEqual } from "node:util";
import { Computed, type PropertyValue } from "../../protocol/property-value.ts";
import type { DiffResult } from "../provider.ts";
import type { Planned } from "./fields.ts";

/** A random value is drawn anew when anything changes that it was drawn for. */
export function diffInputs(old: Planned, planned: Planned): DiffResult {
  const names = [...new Set([...Object.keys(old), ...Object.keys(planned)])].sort();
  const changedKeys = names.filter((name) => !isDeepStrictEqual(old[name], planned[name]));
  return {
    changes: changedKeys.length === 0 ? "none" : "some",
    replaceKeys: changedKeys.filter((name) => replaces(name, old[name], planned[name])),
    stableKeys: [],
    changedKeys,
    deleteBeforeReplace: false,
    detailedDiff: undefined,
  };
}

/** Differences that older versions of the provider left behind are not worth a new value. */
function replaces(name: string, old: PropertyValue | undefined, planned: PropertyValue | undefined): boolean {
  if (name === "keepers") return !(isEmpty(old) && isEmpty(planned));
  if (name === "overrideSpecial")
    return !(planned instanceof Computed) && !(old === "" && planned === undefined);
  return true;
}

function isEmpty(value: PropertyValue | undefined): boolean {
  return value === undefined || isDeepStrictEqual(value, {});
}
