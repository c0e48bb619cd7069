import { containsUnknowns, type PropertyMap, type PropertyValue } from "../protocol/property-value.ts";
import type { DiffKind, DiffResult, PropertyDiff } from "../providers/provider.ts";
import { ignoreChanges } from "./ignore-changes.ts";
import { diffObjects, unwrap, unwrapMap, valuesEqual } from "./property-diff.ts";
import { type PropertyPath, parsePropertyPath, pathContains, requirePropertyPath } from "./property-path.ts";

const INIT_ERROR_KEY = "#initerror";

const NO_DIFF: DiffResult = {
  changes: "none",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

/** Nothing changed. */
export const unchanged: DiffResult = NO_DIFF;

/** Something changed, no more is known. */
export const changed: DiffResult = { ...NO_DIFF, changes: "some" };

/** A replacement for a reason outside the provider: `id`, `provider`, `deletedWith`, `replaceWith`. */
export function replacementBecause(key: string): DiffResult {
  return { ...changed, replaceKeys: [key] };
}

/** True where a diff asks for a new object. */
export function isReplacement(diff: DiffResult): boolean {
  if (diff.replaceKeys.length > 0) return true;
  return Object.values(diff.detailedDiff ?? {}).some((d) => d.kind.endsWith("-replace"));
}

/** What a provider that cannot tell (DIFF_UNKNOWN) leaves to the engine: compare the inputs. */
export function diffInputs(
  diff: DiffResult,
  inputs: { readonly old: PropertyMap; readonly new: PropertyMap; readonly ignore: readonly string[] },
): DiffResult {
  if (diff.changes !== "unknown") return diff;
  const effective = ignoreChanges(inputs.new, inputs.old, inputs.ignore).inputs;
  const found = diffObjects(unwrapMap(inputs.old), unwrapMap(effective));
  if (found === undefined) return { ...diff, changes: "none" };
  return { ...diff, changes: "some", changedKeys: found.changedKeys, detailedDiff: found.detailedDiff };
}

const REPLACING: { readonly [kind in DiffKind]: DiffKind } = {
  add: "add-replace",
  "add-replace": "add-replace",
  delete: "delete-replace",
  "delete-replace": "delete-replace",
  update: "update-replace",
  "update-replace": "update-replace",
};

const INVERSE: { readonly [kind in DiffKind]: DiffKind } = {
  add: "delete",
  "add-replace": "delete-replace",
  delete: "add",
  "delete-replace": "add-replace",
  update: "update",
  "update-replace": "update-replace",
};

/** Turns a diff around: what a refresh found, seen from the recorded state. */
export function invertDiff(diff: DiffResult): DiffResult {
  if (diff.detailedDiff === undefined) return diff;
  return {
    ...diff,
    detailedDiff: mapDetailed(diff.detailedDiff, (_, d) => ({ ...d, kind: INVERSE[d.kind] })),
  };
}

function mapDetailed(
  detailed: { readonly [path: string]: PropertyDiff },
  change: (path: string, diff: PropertyDiff) => PropertyDiff,
): { readonly [path: string]: PropertyDiff } {
  return Object.fromEntries(Object.entries(detailed).map(([path, diff]) => [path, change(path, diff)]));
}

/**
 * Makes every change inside one of the `replaceOnChanges` paths a replacement; so are initialisation errors where a
 * path contains `#initerror`.
 * @throws Error where something changed and a path is none
 */
export function applyReplaceOnChanges(
  diff: DiffResult,
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): DiffResult {
  if (diff.changes !== "some" && !hasInitErrors) return diff;
  const paths = replaceOnChanges.map(requirePropertyPath);
  const forces = (text: string): boolean => isInside(text, paths);
  const replaceKeys = new Set([...diff.replaceKeys, ...diff.changedKeys.filter(forces)]);
  let detailedDiff =
    diff.detailedDiff &&
    mapDetailed(diff.detailedDiff, (path, d) => (forces(path) ? { ...d, kind: REPLACING[d.kind] } : d));
  let changes = diff.changes;
  if (hasInitErrors && forces(INIT_ERROR_KEY)) {
    replaceKeys.add(INIT_ERROR_KEY);
    detailedDiff &&= { ...detailedDiff, [INIT_ERROR_KEY]: { kind: "update-replace", inputDiff: false } };
    changes = "some";
  }
  return { ...diff, changes, replaceKeys: [...replaceKeys], detailedDiff };
}

function isInside(text: string, paths: readonly PropertyPath[]): boolean {
  const path = parsePropertyPath(text);
  return path !== undefined && paths.some((wanted) => pathContains(wanted, path));
}

/** True where a replacement trigger asks for a new object. Null or absent on either side means: no trigger. */
export function isTriggered(old: PropertyValue | undefined, next: PropertyValue | undefined): boolean {
  const before = unwrap(old ?? null);
  const after = unwrap(next ?? null);
  if (containsUnknowns(before) || containsUnknowns(after)) return true;
  if (before === null || after === null) return false;
  return !valuesEqual(before, after);
}
