import type { StepOp } from "../events.ts";
import { noPlanDiff, violatedDiff } from "../plan/plan-diff.ts";
import { changedUnplanned, type PlannedGoal, violatedGoal } from "../plan/plan-goal.ts";
import { type Step, subjectOf } from "../plan/step.ts";
import { isAdmitted, type ResourcePlan, type UpdatePlan } from "../plan/update-plan.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";

interface Watched {
  readonly plan: ResourcePlan;
  /** What is still to come. */
  readonly open: StepOp[];
}

/** Holds a run to an update plan: whatever the plan does not admit is an error before it happens. */
export class PlanGuard {
  private readonly resources: ReadonlyMap<string, Watched>;

  constructor(plan: UpdatePlan) {
    this.resources = new Map(
      [...plan.resources].map(([urn, resource]) => [urn, { plan: resource, open: [...resource.ops] }]),
    );
  }

  /** The randomness that the preview used for a resource. */
  seedOf(urn: string): Uint8Array | undefined {
    return this.resources.get(urn)?.plan.seed;
  }

  /** @throws Error where a registration asks for something else than was planned. */
  checkGoal(
    urn: string,
    goal: PlannedGoal,
    states: { readonly old: ResourceState | undefined; readonly inputs: PropertyMap },
  ): void {
    const { old, inputs } = states;
    const watched = this.resources.get(urn);
    const violation =
      watched === undefined
        ? old && changedUnplanned(old, goal, inputs)
        : violatedGoal(watched.plan, goal, { old: old?.inputs ?? {}, new: inputs });
    if (violation !== undefined) throw new Error(`resource ${urn} violates plan: ${violation}`);
  }

  /**
   * Takes steps for begun. `renamed` gives the present URN of a resource that was found under an alias.
   * @throws Error on the first that was not planned.
   */
  admit(steps: readonly Step[], renamed: (urn: string) => string): void {
    for (const step of steps) {
      const { urn } = subjectOf(step).state;
      const watched = this.resources.get(urn) ?? this.resources.get(renamed(urn));
      const problem = watched === undefined ? unplanned(step.op) : next(watched, step.op);
      if (problem !== undefined) throw new Error(`${step.op} is not allowed by the plan: ${problem}`);
    }
  }

  /** @throws Error where a program registers outputs that were not planned. */
  checkOutputs(urn: string, old: PropertyMap, outputs: PropertyMap): void {
    const watched = this.resources.get(urn);
    if (watched === undefined) throw new Error(`no plan for resource ${urn}`);
    const violation = violatedDiff(old, outputs, watched.plan.goal?.outputDiff ?? noPlanDiff);
    if (violation !== undefined) throw new Error(`resource violates plan: ${violation}`);
  }

  /** The resources about which something was planned that did not come. A delete of what is gone already is not missed. */
  missed(isRecorded: (urn: string) => boolean): readonly string[] {
    return [...this.resources].flatMap(([urn, { open }]) => {
      const isDone = open.length === 0 || (open.length === 1 && open[0] === "delete" && !isRecorded(urn));
      return isDone ? [] : [urn];
    });
  }
}

function unplanned(op: StepOp): string | undefined {
  return isAdmitted(op, "same") ? undefined : "no steps were expected for this resource";
}

/** The step counts as seen even where it is refused. */
function next({ open }: Watched, op: StepOp): string | undefined {
  const planned = open.shift();
  if (planned === undefined) return "no more steps were expected for this resource";
  return isAdmitted(op, planned) ? undefined : `this resource is constrained to ${planned}`;
}
