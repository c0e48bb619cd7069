import { planDiffOf } from "../plan/plan-diff.ts";
import { goalPlanOf, type PlannedGoal } from "../plan/plan-goal.ts";
import { newOf, type Step, subjectOf } from "../plan/step.ts";
import { emptyResourcePlan, type ResourcePlan, type UpdatePlan } from "../plan/update-plan.ts";
import type { PropertyMap } from "../protocol/property-value.ts";

/** Writes down what a preview finds, so that an update can be held to it. */
export class PlanWriter {
  private readonly resources = new Map<string, ResourcePlan>();

  planOf(origin: Pick<UpdatePlan, "manifest" | "config">): UpdatePlan {
    return { ...origin, resources: this.resources };
  }

  /** A registration with its checked inputs. `old` undefined: nothing is kept of what was recorded. */
  noteGoal(
    urn: string,
    goal: PlannedGoal,
    found: { readonly old: PropertyMap | undefined; readonly inputs: PropertyMap; readonly seed: Uint8Array },
  ): void {
    const { old = {}, inputs, seed } = found;
    this.change(urn, { goal: goalPlanOf(goal, planDiffOf(old, inputs)), seed });
  }

  /** Steps of a registration; `renamed` gives the present URN of a resource that was found under an alias. */
  noteSteps(steps: readonly Step[], renamed: (urn: string) => string): void {
    for (const step of steps) {
      const urn = renamed(subjectOf(step).state.urn);
      if (this.resources.has(urn) || step.op !== "same") this.addOp(urn, step);
    }
  }

  /** What the end of the run does about resources that did not register. */
  noteEndSteps(steps: readonly Step[]): void {
    for (const step of steps) this.addOp(subjectOf(step).state.urn, step);
  }

  /** A step left its state. */
  noteApplied(step: Step): void {
    const state = newOf(step)?.state;
    if (state !== undefined && this.resources.has(state.urn)) {
      this.change(state.urn, { outputs: state.outputs });
    }
  }

  /** The program registered outputs. */
  noteOutputs(urn: string, old: PropertyMap, outputs: PropertyMap): void {
    const goal = this.resources.get(urn)?.goal;
    if (goal === undefined) return;
    this.change(urn, { goal: { ...goal, outputDiff: planDiffOf(old, outputs) }, outputs });
  }

  private addOp(urn: string, step: Step): void {
    const { ops } = this.resources.get(urn) ?? emptyResourcePlan;
    this.change(urn, { ops: [...ops, step.op] });
  }

  private change(urn: string, change: Partial<ResourcePlan>): void {
    this.resources.set(urn, { ...emptyResourcePlan, ...this.resources.get(urn), ...change });
  }
}
