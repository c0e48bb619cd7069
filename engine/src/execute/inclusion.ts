import { dependsOnTargets } from "../plan/targets.ts";
import { isProviderType, isRootStack } from "../plan/urn.ts";
import type { ResourceState } from "../state/resource.ts";
import type { Run } from "./run.ts";

/** True where a resource takes part in the operation. Providers and the root stack always do. */
export function isIncluded(run: Run, state: ResourceState): boolean {
  if (isProviderType(state.type) || isRootStack(state.urn)) return true;
  return isNamed(run, state);
}

/** As `isIncluded`, without the exception for providers and the root stack. */
export function isNamed(run: Run, state: ResourceState): boolean {
  if (run.ledger.targets.isConstrained) return isTargeted(run, state);
  return !isExcluded(run, state);
}

function isTargeted(run: Run, state: ResourceState): boolean {
  const { ledger, options } = run;
  return (
    ledger.targets.has(state.urn) || (options.targetDependents && dependsOnTargets(state, ledger.targets))
  );
}

function isExcluded(run: Run, state: ResourceState): boolean {
  const { ledger, options } = run;
  if (!ledger.excludes.isConstrained) return false;
  return (
    ledger.excludes.has(state.urn) || (options.excludeDependents && dependsOnTargets(state, ledger.excludes))
  );
}

/** Lets dependents that register later see that this one is in, or out. */
export function rememberInclusion(run: Run, state: ResourceState, included: boolean): void {
  const { ledger } = run;
  if (ledger.targets.isConstrained) {
    // Providers and the root stack take part unasked: that does not make targets of their dependents.
    if (included && isTargeted(run, state)) ledger.targets = ledger.targets.with(state.urn);
  } else if (!included) ledger.excludes = ledger.excludes.with(state.urn);
}

/** True where a replacement was asked for from outside: by `--replace`, or by a taint in the state. */
export function isReplaceTargeted(run: Run, urn: string, old: ResourceState | undefined): boolean {
  const { replaceTargets } = run;
  return (replaceTargets.isConstrained && replaceTargets.has(urn)) || (old?.taint ?? false);
}
