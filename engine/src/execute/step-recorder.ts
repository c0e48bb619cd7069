import type { Step, StepOutcome, TrackedResource } from "../plan/step.ts";
import type { Extension } from "../state/extensions.ts";
import type { PendingOperation } from "../state/resource.ts";

/** Keeps the recorded state in step with what is done. Each promise settles when the record is durable. */
export interface StepRecorder {
  /** A step is about to touch the world. */
  begin(step: Step): Promise<void>;
  /** A step has ended; `outcome` undefined where it failed and left nothing to record. */
  end(step: Step, outcome: StepOutcome | undefined): Promise<void>;
  /** These changed with the step that ends next. */
  changed(resources: readonly TrackedResource[]): void;
  /** A component's, or the stack's, outputs were set. */
  outputsRegistered(step: Step): Promise<void>;
  /** Of what was under way in earlier runs, these operations still count. */
  inherits(operations: readonly PendingOperation[]): void;
  /** A resource that registers needs an extension: it is recorded before, or together with, the resource. */
  extends(ref: string, extension: Extension): void;
  /** There is time: what the end will take can be done as far as it is known. */
  prepare(): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** Previews record nothing. */
export const noRecorder: StepRecorder = {
  begin: () => Promise.resolve(),
  end: () => Promise.resolve(),
  changed: () => undefined,
  outputsRegistered: () => Promise.resolve(),
  inherits: () => undefined,
  extends: () => undefined,
  prepare: () => undefined,
  close: () => Promise.resolve(),
};
