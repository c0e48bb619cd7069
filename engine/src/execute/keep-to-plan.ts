import type { PlannedGoal } from "../plan/plan-goal.ts";
import type { Step } from "../plan/step.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { Checked } from "./check-inputs.ts";
import type { Registering } from "./generator.ts";
import { isReplaceTargeted } from "./inclusion.ts";
import type { Run } from "./run.ts";

/** Writes a registration with its checked inputs into the plan, and holds it to the plan that is followed. */
export function keepToPlan(
  run: Run,
  registering: Registering,
  checked: Pick<Checked, "randomSeed"> & { readonly recreating: boolean },
): void {
  const { planWriter, planGuard } = run;
  if (planWriter === undefined && planGuard === undefined) return;
  const { urn, old, next } = registering;
  const { inputs } = next.state;
  const goal = plannedGoal(run, registering, checked);
  const afresh = checked.recreating || old?.state.external || isReplaceTargeted(run, urn, old?.state);
  const before = afresh ? undefined : old?.state.inputs;
  planWriter?.noteGoal(urn, goal, { old: before, inputs, seed: checked.randomSeed });
  planGuard?.checkGoal(urn, goal, { old: old?.state, inputs });
}

/** What is asked for in the end. Automatic names without randomness ask for the delete to come first. */
export function plannedGoal(
  run: Run,
  { goal }: Registering,
  { randomSeed }: Pick<Checked, "randomSeed">,
): PlannedGoal {
  const namesClash = goal.custom && run.nameFor(goal, randomSeed).deleteBeforeReplace;
  return namesClash ? { ...goal, deleteBeforeReplace: true } : goal;
}

/** Holds the steps of a registration to the plan, and writes them down. */
export function planSteps(run: Run, steps: readonly Step[]): void {
  const renamed = (urn: string): string => run.ledger.newNames.get(urn) ?? urn;
  run.planGuard?.admit(steps, renamed);
  run.planWriter?.noteSteps(steps, renamed);
}

/** As `planSteps`, for what becomes of the resources that did not register. */
export function planEndSteps(run: Run, steps: readonly Step[]): void {
  run.planGuard?.admit(steps, (urn) => urn);
  run.planWriter?.noteEndSteps(steps);
}

/** As `planSteps`, for outputs that the program registers. */
export function planOutputs(run: Run, urn: string, outputs: PropertyMap): void {
  const old = run.ledger.findOld(urn)?.state.outputs ?? {};
  run.planGuard?.checkOutputs(urn, old, outputs);
  run.planWriter?.noteOutputs(urn, old, outputs);
}
