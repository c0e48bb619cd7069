import type { StepOp } from "../events.ts";
import type { ResourceState } from "../state/resource.ts";
import { noStepDiff, type Step, type StepDiff, type TrackedResource } from "./step.ts";

/** What a provider says it does to a view, with the records that it is about. */
export interface ViewChange {
  readonly op: StepOp;
  readonly old: TrackedResource | undefined;
  readonly new: TrackedResource | undefined;
  readonly diff: StepDiff;
}

/** The step of a view; the state that it lacks where it lacks one. */
export function stepOfView(change: ViewChange): Step | "old" | "new" {
  const view = { diff: change.diff };
  const { op, old, new: next } = change;
  switch (op) {
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
      return old === undefined ? "old" : { op, old, afterwards: "forget", view };
    case "remove-pending-replace":
      return old === undefined ? "old" : { op, old, view };
    default:
      return next === undefined ? "new" : stepToNew({ ...change, new: next });
  }
}

function stepToNew(change: ViewChange & { readonly new: TrackedResource }): Step | "old" {
  const { op, old, new: next, diff } = change;
  const view = { diff };
  switch (op) {
    case "create":
      return { op, new: next, view };
    case "read":
      return { op, old, new: next, view };
    case "import":
    case "import-replacement":
      return { op, original: old, new: next, command: undefined, view };
    default:
      return old === undefined ? "old" : stepFromOld({ ...change, new: next, old });
  }
}

function stepFromOld(
  change: ViewChange & { readonly old: TrackedResource; readonly new: TrackedResource },
): Step {
  const { op, old, new: next, diff } = change;
  const both = { old, new: next, view: { diff } };
  switch (op) {
    case "update":
      return { op, ...both, diff: noStepDiff, ignoreChanges: [] };
    case "replace":
      return { op, ...both, diff: noStepDiff };
    case "create-replacement":
      return { op, ...both, diff: noStepDiff, deleteLater: true };
    case "read-replacement":
      return { op, ...both };
    case "refresh":
      return refreshOfView(old, next, diff, next.state);
    default:
      return { op: "same", reason: "unchanged", ...both };
  }
}

/**
 * The step by which a refresh finds what became of a view. `next`: where that goes; the record itself where there is no
 * program. `found`: what became of it, as its provider says.
 */
export function refreshOfView(
  old: TrackedResource,
  next: TrackedResource,
  diff: StepDiff,
  found: ResourceState | undefined,
): Step {
  return { op: "refresh", old, new: next, shown: { state: found }, internal: false, view: { diff } };
}

/** The record that a step replaces or takes away, if it does. */
export function replacedBy(step: Step): TrackedResource | undefined {
  switch (step.op) {
    case "create":
    case "replace":
    case "create-replacement":
    case "read-replacement":
    case "import":
    case "import-replacement":
      return undefined;
    default:
      return step.old;
  }
}
