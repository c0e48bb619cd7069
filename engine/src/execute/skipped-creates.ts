import { allDependencies } from "../plan/dependencies.ts";
import { newOf, type Step } from "../plan/step.ts";
import type { ResourceState } from "../state/resource.ts";
import { Bail, type Run } from "./run.ts";

/** True where a resource needs another that was left out of this run. */
export function dependsOnSkipped(run: Run, state: ResourceState): boolean {
  return allDependencies(state).some((urn) => run.ledger.skippedCreates.has(urn));
}

/** A step must not depend on a resource that is left out and not there yet. Previews tell all of them and go on. */
export function refuseSkippedDependencies(run: Run, steps: readonly Step[]): void {
  const { ledger, replaceTargets, reporter, options } = run;
  const isTargeted = ledger.targets.isConstrained || replaceTargets.isConstrained;
  if (!isTargeted && !ledger.excludes.isConstrained) return;
  for (const step of steps) {
    const state = newOf(step)?.state;
    if (state === undefined || (step.op === "same" && step.reason === "skipped-create")) continue;
    for (const urn of allDependencies(state)) {
      if (!ledger.skippedCreates.has(urn)) continue;
      const reason = isTargeted
        ? "was was not specified in --target list"
        : "is in the --exclude list and does not exist yet";
      const message = `Resource '${state.urn}' depends on '${urn}' which ${reason}.`;
      reporter.error(state.urn, message);
      run.sawError();
      if (!options.preview) throw new Bail("untargeted create");
      ledger.skippedCreates.delete(urn);
    }
  }
}
