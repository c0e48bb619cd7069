import type { StepOp } from "../events.ts";
import type { Alias } from "../execute/goal.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { CustomTimeouts, Manifest } from "../state/resource.ts";
import type { PlanDiff } from "./plan-diff.ts";

/** What a preview found that an update would do: an update that is given it does no more than that. */
export interface UpdatePlan {
  readonly manifest: Manifest;
  /** The stack's configuration as its settings have it: secrets stay ciphertext. */
  readonly config: { readonly [key: string]: unknown };
  /** By URN. */
  readonly resources: ReadonlyMap<string, ResourcePlan>;
}

export interface ResourcePlan {
  /** Undefined where the resource is to be deleted. */
  readonly goal: GoalPlan | undefined;
  /** The ops that are still to come, in order. */
  readonly ops: readonly StepOp[];
  /** What the preview thought the outputs would be; nothing depends on it. */
  readonly outputs: PropertyMap | undefined;
  /** The randomness for automatic names: the update makes the same ones. */
  readonly seed: Uint8Array | undefined;
}

export const emptyResourcePlan: ResourcePlan = {
  goal: undefined,
  ops: [],
  outputs: undefined,
  seed: undefined,
};

/** What the program asked for, with the properties that it was about to change. */
export interface GoalPlan {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputDiff: PlanDiff;
  /** Only of resources whose outputs the program registers. */
  readonly outputDiff: PlanDiff;
  readonly parent: string;
  readonly protect: boolean;
  readonly dependencies: readonly string[];
  /** A provider reference; its id may be unknown. */
  readonly provider: string;
  readonly propertyDependencies: { readonly [property: string]: readonly string[] };
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly Alias[];
  readonly importId: string;
  readonly customTimeouts: CustomTimeouts;
}

/** True where a plan that expects `planned` also admits `op`: less than was planned is no violation. */
export function isAdmitted(op: StepOp, planned: StepOp): boolean {
  switch (planned) {
    case "create":
      return op === "same" || op === "create";
    case "update":
      return op === "same" || op === "update";
    case "replace":
    case "create-replacement":
    case "delete-replaced":
      return op === "same" || op === "update" || op === planned;
    default:
      // The official CLI admits nothing at all where a `discard` was planned.
      return op === planned && planned !== "discard";
  }
}
