import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { removesProtected } from "../change-class/step-rules.ts";
import { engineFailure } from "../failure.ts";
import { OperationProgress } from "../progress.ts";
import { StepCollector } from "../review/planned-step.ts";
import { engineSignal, lockNotices, type OpenStack, plainSummary } from "../stack.ts";
import type { Output } from "../verb.ts";
import type { UndoStep } from "./classify.ts";
import type { Replay } from "./replay/plan-replay.ts";
import { replayProgram } from "./replay/replay-program.ts";

/** Previews a replay: what it would do, nothing is changed. @throws UserError with what the engine said. */
export async function previewReplay(
  { stack }: OpenStack,
  replay: Replay,
  output: Output,
): Promise<readonly UndoStep[]> {
  const collected = new StepCollector();
  const progress = new OperationProgress({ output, clock: () => performance.now(), quiet: true });
  const onEvent = (event: EngineEvent) => {
    progress.accept(event);
    collected.accept(event);
  };
  try {
    await stack.preview({ program: replayProgram(replay), onEvent, ...engineSignal(stack, output) });
    return collected.steps;
  } catch (error) {
    // The engine stops at what is protected; what it planned until then says why.
    if (collected.steps.some(removesProtected)) return collected.steps;
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}

/** Updates a stack by a replay. @throws UserError with what the engine said. */
export async function updateByReplay(
  { stack }: OpenStack,
  replay: Replay,
  { message, output }: { readonly message: string; readonly output: Output },
): Promise<void> {
  const progress = new OperationProgress({ output, clock: () => performance.now() });
  try {
    await stack.up({
      program: replayProgram(replay),
      message,
      onEvent: (event) => progress.accept(event),
      ...engineSignal(stack, output),
      ...plainSummary,
      ...lockNotices(output),
    });
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}
