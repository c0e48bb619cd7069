import type { StepMetadata, StepOp } from "../events.ts";
import { isRootStack } from "./resource-text.ts";

/** The steps seen so far, by URN: they tell parents, and which resources are being read anew. */
export type SeenSteps = Map<string, StepMetadata>;

const replacementOps: ReadonlySet<StepOp> = new Set<StepOp>([
  "replace",
  "create-replacement",
  "delete-replaced",
  "read-replacement",
  "discard-replaced",
  "remove-pending-replace",
  "import-replacement",
]);

/** What displays that tell every step show of them. */
export interface StepFilter {
  readonly showSames: boolean;
  readonly showReplacementSteps: boolean;
}

/** True for steps that are shown: what stays as it is, and the parts of a replacement, where that is asked for. */
export function isShownStep(step: StepMetadata, options: StepFilter): boolean {
  if (step.internal) return false;
  if (isRootStack(step.type)) return true;
  if (step.op === "same") return options.showSames || step.old?.protect !== step.new?.protect;
  return options.showReplacementSteps || step.logical || !replacementOps.has(step.op);
}
