import { changed, unchanged } from "../src/plan/diff-result.ts";
import { diffObjects, unwrapMap } from "../src/plan/property-diff.ts";
import type { DiffConfigRequest, DiffRequest, DiffResult } from "../src/providers/provider.ts";

/** Inputs whose change needs a new object. */
const REPLACING = new Set(["zone", "base", "label", "region"]);

const UNKNOWN: DiffResult = { ...unchanged, changes: "unknown" };

/** How a thing differs. The package `alt` cannot tell. */
export function diffThings(request: DiffRequest, pkg: string): DiffResult {
  if (pkg === "alt") return UNKNOWN;
  return diff(request);
}

/** How a provider's configuration differs: another region needs another provider. */
export function diffConfig(request: DiffConfigRequest): DiffResult {
  return diff(request);
}

function diff(request: Pick<DiffConfigRequest, "oldInputs" | "newInputs" | "ignoreChanges">): DiffResult {
  const { oldInputs, newInputs, ignoreChanges } = request;
  const found = diffObjects(unwrapMap(oldInputs), unwrapMap(newInputs));
  const changedKeys = (found?.changedKeys ?? []).filter((key) => !ignoreChanges.includes(key));
  if (changedKeys.length === 0) return unchanged;
  const replaceKeys = changedKeys.filter((key) => REPLACING.has(key));
  return { ...changed, changedKeys, replaceKeys, deleteBeforeReplace: newInputs["deleteFirst"] === true };
}
