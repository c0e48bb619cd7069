import type { RefreshStep, TrackedResource } from "../plan/step.ts";
import { dependsOnTargets } from "../plan/targets.ts";
import { withoutDangling } from "../state/dangling-references.ts";
import type { ResourceState } from "../state/resource.ts";
import { ensureProvider, type Run } from "./run.ts";

/** Reads recorded objects again and takes over what is found. Failures are collected: every object gets its turn. */
export async function refreshState(run: Run, wanted: (state: ResourceState) => boolean): Promise<void> {
  const steps: RefreshStep[] = [];
  for (const resource of run.ledger.base) {
    if (!wanted(resource.state) || !isNamedForRefresh(run, resource.state)) continue;
    await ensureProvider(run, resource.state);
    steps.push({ op: "refresh", old: resource, new: resource, internal: false });
  }
  await run.executor.runLayer(steps);
  run.ledger.rebase(repair(run.ledger.base, run.refreshFindings));
}

function isNamedForRefresh(run: Run, state: ResourceState): boolean {
  const { ledger, options } = run;
  // Whoever names a provider does not mean all that it serves.
  const unserved = { ...state, provider: "" };
  if (ledger.excludes.isConstrained) {
    if (ledger.excludes.has(state.urn)) return false;
    const needsExcluded = options.excludeDependents && dependsOnTargets(unserved, ledger.excludes);
    if (needsExcluded) ledger.excludes = ledger.excludes.with(state.urn);
    return !needsExcluded;
  }
  if (ledger.targets.has(state.urn)) return true;
  if (!options.targetDependents || !dependsOnTargets(unserved, ledger.targets)) return false;
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
