import type { StepOp } from "../events.ts";
import type { DiffResult } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { isDefaultProvider } from "./urn.ts";

/** A resource's place in a snapshot: it stays the same while steps give it new states. */
export interface TrackedResource {
  state: ResourceState;
}

/** What a step says about the differences it acts on. */
export type StepDiff = Pick<DiffResult, "replaceKeys" | "changedKeys" | "stableKeys" | "detailedDiff">;

export interface SameStep {
  readonly op: "same";
  /** `untargeted`: carried over unseen. `skipped-create`: not in the targets and not there yet, so never recorded. */
  readonly reason: "unchanged" | "untargeted" | "skipped-create";
  readonly old: TrackedResource;
  readonly new: TrackedResource;
}

export interface CreateStep {
  readonly op: "create";
  readonly new: TrackedResource;
}

export interface CreateReplacementStep {
  readonly op: "create-replacement";
  readonly old: TrackedResource;
  readonly new: TrackedResource;
  readonly diff: StepDiff;
  /** True where the old object is deleted after this step, false where it was deleted before. */
  readonly deleteLater: boolean;
}

export interface UpdateStep {
  readonly op: "update";
  readonly old: TrackedResource;
  readonly new: TrackedResource;
  readonly diff: StepDiff;
  readonly ignoreChanges: readonly string[];
}

/** Says that a replacement happens; the work is in the steps around it. */
export interface ReplaceStep {
  readonly op: "replace";
  readonly old: TrackedResource;
  readonly new: TrackedResource;
  readonly diff: StepDiff;
}

export interface DeleteStep {
  readonly op: "delete" | "delete-replaced" | "discard" | "discard-replaced";
  readonly old: TrackedResource;
  /** `await-replacement`: the record stays until the new object is there. */
  readonly afterwards: "forget" | "await-replacement";
}

export interface RemovePendingReplaceStep {
  readonly op: "remove-pending-replace";
  readonly old: TrackedResource;
}

export interface ReadStep {
  readonly op: "read";
  readonly old: TrackedResource | undefined;
  readonly new: TrackedResource;
}

export interface ReadReplacementStep {
  readonly op: "read-replacement";
  readonly old: TrackedResource;
  readonly new: TrackedResource;
}

export interface RefreshStep {
  readonly op: "refresh";
  readonly old: TrackedResource;
  /** Where the refreshed state goes. The same as `old` when the state alone is refreshed, its own when a program runs. */
  readonly new: TrackedResource;
  /** What people are shown until it has been read: what the program wants of it, or what the provider says of a view. */
  readonly shown?: { readonly state: ResourceState | undefined };
  readonly internal: boolean;
}

export interface ImportStep {
  readonly op: "import" | "import-replacement";
  /** What the import replaces; only for `import-replacement`. */
  readonly original: TrackedResource | undefined;
  readonly new: TrackedResource;
  /** Set for `pulumi import`, where no program says what the inputs are. */
  readonly command: { readonly properties: readonly string[]; readonly randomSeed: Uint8Array } | undefined;
}

export type Step = (
  | SameStep
  | CreateStep
  | CreateReplacementStep
  | UpdateStep
  | ReplaceStep
  | DeleteStep
  | RemovePendingReplaceStep
  | ReadStep
  | ReadReplacementStep
  | RefreshStep
  | ImportStep
) &
  ToldByProvider;

/** Set where the step is what a provider told of a view: the differences are as it says. */
interface ToldByProvider {
  /** `isAlone`: it did not say what the step starts from. */
  readonly view?: { readonly diff: StepDiff; readonly isAlone?: boolean };
}

/** What a step did, beyond the states it left in its resources. */
export interface StepOutcome {
  /** The gravity of a failure: nothing happened, done in part, not known. "ok" with no `error` is success. */
  readonly status: "ok" | "partial" | "unknown";
  readonly error: Error | undefined;
  /** Only of a refresh: what it found. `state` undefined = the object is gone. */
  readonly refreshed: Refreshed | undefined;
  /** Only of an import: the state as the provider gave it, against which the program's wishes are shown. */
  readonly imported: ResourceState | undefined;
}

export interface Refreshed {
  /** What was found: the same, other properties, or nothing; of a view whatever its provider says. */
  readonly op: StepOp;
  readonly state: ResourceState | undefined;
  readonly diff: StepDiff;
}

export const success: StepOutcome = {
  status: "ok",
  error: undefined,
  refreshed: undefined,
  imported: undefined,
};

export const noStepDiff: StepDiff = {
  replaceKeys: [],
  changedKeys: [],
  stableKeys: [],
  detailedDiff: undefined,
};

/** The state a step starts from, if it has one. */
export function oldOf(step: Step): TrackedResource | undefined {
  switch (step.op) {
    case "create":
    case "import":
    case "import-replacement":
      return undefined;
    default:
      return step.old;
  }
}

/** The state a step leads to, if it has one. */
export function newOf(step: Step): TrackedResource | undefined {
  switch (step.op) {
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
    case "remove-pending-replace":
      return undefined;
    default:
      return step.new;
  }
}

/** The resource a step is about. */
export function subjectOf(step: Step): TrackedResource {
  switch (step.op) {
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
    case "remove-pending-replace":
    case "refresh":
      return step.old;
    default:
      return step.new;
  }
}

const PHYSICAL_OPS: ReadonlySet<StepOp> = new Set<StepOp>([
  "create-replacement",
  "delete-replaced",
  "read-replacement",
  "import-replacement",
  "discard-replaced",
  "remove-pending-replace",
  "refresh",
]);

/** True for steps a person thinks in; false for those that only carry out a replacement or a refresh. */
export function isLogical(step: Step): boolean {
  return !PHYSICAL_OPS.has(step.op);
}

/** True for steps that are neither shown nor counted. */
export function isInternal(step: Step): boolean {
  if (step.op === "remove-pending-replace" || (step.op === "refresh" && step.internal)) return true;
  return isDefaultProvider(subjectOf(step).state.urn);
}

/** The differences a step acts on; for a refresh those it found. */
export function diffOf(step: Step, outcome: StepOutcome | undefined): StepDiff {
  if (step.view !== undefined) return step.view.diff;
  switch (step.op) {
    case "create-replacement":
    case "replace":
    case "update":
      return step.diff;
    case "refresh":
      return outcome?.refreshed?.diff ?? noStepDiff;
    default:
      return noStepDiff;
  }
}

/** The op that is told and counted after a step: a refresh that is the whole operation tells what it found. */
export function reportedOp(step: Step, outcome: StepOutcome, isRefresh: boolean): StepOp {
  return isRefresh && outcome.refreshed !== undefined ? outcome.refreshed.op : step.op;
}
