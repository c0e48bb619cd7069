import type { DiffResult } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { isReplacement } from "./diff-result.ts";
import {
  type CreateReplacementStep,
  noStepDiff,
  type ReplaceStep,
  type SameStep,
  type Step,
  type TrackedResource,
} from "./step.ts";

/** What is known about a registration before any diff. */
export interface Situation {
  readonly old: ResourceState | undefined;
  readonly targeted: boolean;
  /** True where an earlier delete-before-replace of this run deleted the object. */
  readonly recreating: boolean;
}

/** What to do about a registration. */
export type Decision =
  | { readonly kind: "create" }
  /** Not there and not in the targets. */
  | { readonly kind: "skip-create" }
  /** There and not in the targets. */
  | { readonly kind: "keep" }
  | { readonly kind: "recreate" }
  /** It was only read before: make an object of our own. */
  | { readonly kind: "adopt" }
  | { readonly kind: "same" }
  | { readonly kind: "update"; readonly diff: DiffResult }
  | { readonly kind: "replace"; readonly order: "create-first" | "delete-first"; readonly diff: DiffResult };

/** The first half of the decision table; undefined where only a diff can tell. */
export function decideWithoutDiff(situation: Situation): Decision | undefined {
  const { old, targeted, recreating } = situation;
  if (recreating) return { kind: "recreate" };
  if (old === undefined) return targeted ? { kind: "create" } : { kind: "skip-create" };
  if (old.external) return { kind: "adopt" };
  return targeted ? undefined : { kind: "keep" };
}

/** The second half: `diff` already has replaceOnChanges applied. */
export function decideFromDiff(situation: {
  readonly old: ResourceState;
  readonly diff: DiffResult;
  readonly triggered: boolean;
  /** What the program says; undefined = the provider decides. */
  readonly deleteBeforeReplace: boolean | undefined;
}): Decision {
  const { old, diff, triggered } = situation;
  if (triggered || old.pendingReplacement || (diff.changes === "some" && isReplacement(diff))) {
    const deleteFirst = situation.deleteBeforeReplace ?? diff.deleteBeforeReplace;
    return { kind: "replace", order: deleteFirst ? "delete-first" : "create-first", diff };
  }
  if (diff.changes === "some" || old.initErrors.length > 0) return { kind: "update", diff };
  return { kind: "same" };
}

export interface StepStates {
  readonly old: TrackedResource | undefined;
  readonly new: TrackedResource;
  readonly ignoreChanges: readonly string[];
  /** Why a dependent was deleted before it registered again. */
  readonly recreateKeys: readonly string[];
}

/** The steps of a decision. For `delete-first` the deletes that come before are the caller's: they need the whole graph. */
export function stepsOf(decision: Decision, states: StepStates): readonly Step[] {
  const { old, new: next } = states;
  if (decision.kind === "create") return [{ op: "create", new: next }];
  if (decision.kind === "skip-create" || old === undefined) return [skippedCreate(next)];
  switch (decision.kind) {
    case "same":
      return [{ op: "same", reason: "unchanged", old, new: next }];
    case "keep":
      return [untargetedSame(old)];
    case "update":
      return [{ op: "update", old, new: next, diff: decision.diff, ignoreChanges: states.ignoreChanges }];
    case "recreate":
      return [
        { op: "replace", old, new: next, diff: noStepDiff },
        createReplacement(states, old, { keys: states.recreateKeys }),
      ];
    case "adopt":
      return [{ ...createReplacement(states, old, { keys: [] }), deleteLater: true }, replace(old, next)];
    case "replace":
      return replacementSteps(decision, old, next);
  }
}

function replace(old: TrackedResource, next: TrackedResource): ReplaceStep {
  return { op: "replace", old, new: next, diff: noStepDiff };
}

function createReplacement(
  states: StepStates,
  old: TrackedResource,
  because: { readonly keys: readonly string[] },
): CreateReplacementStep {
  const diff = { ...noStepDiff, replaceKeys: because.keys };
  return { op: "create-replacement", old, new: states.new, diff, deleteLater: false };
}

function replacementSteps(
  decision: Extract<Decision, { kind: "replace" }>,
  old: TrackedResource,
  next: TrackedResource,
): readonly Step[] {
  const { diff } = decision;
  const deleteLater = decision.order === "create-first";
  const create: Step = { op: "create-replacement", old, new: next, diff, deleteLater };
  const replaced: Step = { op: "replace", old, new: next, diff };
  return deleteLater ? [create, replaced] : [replaced, create];
}

/** Stands for a resource that is not made because it is not in the targets. */
export function skippedCreate(next: TrackedResource): Step {
  return { op: "same", reason: "skipped-create", old: { state: next.state }, new: next };
}

/** Carries a recorded resource over as it is. */
export function untargetedSame(old: TrackedResource): SameStep {
  return { op: "same", reason: "untargeted", old, new: { state: { ...old.state, id: "" } } };
}

/** The delete of a recorded resource; what was only read is let go of. */
export function deleteStep(old: TrackedResource): Step {
  return { op: old.state.external ? "discard" : "delete", old, afterwards: "forget" };
}

/** The delete of an object that is, or will be, replaced. */
export function deleteReplacedStep(old: TrackedResource, afterwards: "forget" | "await-replacement"): Step {
  return { op: old.state.external ? "discard-replaced" : "delete-replaced", old, afterwards };
}
