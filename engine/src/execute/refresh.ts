import type { RefreshStep, TrackedResource } from "../plan/step.ts";
import { dependsOnTargets } from "../plan/targets.ts";
import { withoutDangling } from "../state/dangling-references.ts";
import type { ResourceState } from "../state/resource.ts";
import { ensureProvider, type Run } from "./run.ts";

type Selection = Pick<Run["options"], "targetDependents" | "excludeDependents">;

/**
 * Reads recorded objects again and takes over what is found, also of their views. Failures are collected: every object
 * gets its turn. `selection`: whether the dependents of targets, and of excludes, go with them. @default as the options say
 */
export async function refreshState(
  run: Run,
  wanted: (state: ResourceState) => boolean,
  selection: Selection = run.options,
): Promise<void> {
  const steps: RefreshStep[] = [];
  for (const resource of run.ledger.base.filter(({ state }) => state.viewOf === "")) {
    if (!wanted(resource.state) || !isNamedForRefresh(run, resource.state, selection)) continue;
    await ensureProvider(run, resource.state);
    steps.push({ op: "refresh", old: resource, new: resource, internal: false });
  }
  await run.executor.runLayer(steps);
  run.ledger.rebase(repair(run.ledger.base, run.refreshFindings));
}

function isNamedForRefresh({ ledger }: Run, state: ResourceState, selection: Selection): boolean {
  // Whoever names a provider does not mean all that it serves.
  const unserved = { ...state, provider: "" };
  if (ledger.excludes.isConstrained) {
    if (ledger.excludes.has(state.urn)) return false;
    const needsExcluded = selection.excludeDependents && dependsOnTargets(unserved, ledger.excludes);
    if (needsExcluded) ledger.excludes = ledger.excludes.with(state.urn);
    return !needsExcluded;
  }
  if (ledger.targets.has(state.urn)) return true;
  if (!selection.targetDependents || !dependsOnTargets(unserved, ledger.targets)) return false;
  ledger.targets = ledger.targets.with(state.urn);
  return true;
}

/** The recorded resources with what a refresh found: without those that are gone, and without references to them. */
export function repair(
  base: readonly TrackedResource[],
  findings: ReadonlyMap<TrackedResource, ResourceState | undefined>,
): readonly TrackedResource[] {
  const there = new Set<string>();
  const kept: TrackedResource[] = [];
  for (const resource of base) {
    const found = findings.has(resource) ? findings.get(resource) : resource.state;
    if (found === undefined) continue;
    resource.state = withoutDangling(found, there);
    there.add(found.urn);
    kept.push(resource);
  }
  return kept;
}
