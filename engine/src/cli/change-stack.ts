import type { ImportSpec, OperationKind, OperationResult } from "../operation.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { askToProceed, concludeOperation, isApproved } from "./conclude.ts";
import { operationOptions, switchFlag } from "./operation-options.ts";
import type { OperationSession } from "./operation-session.ts";
import { runStackOperation } from "./run-stack-operation.ts";

const verbs: { readonly [kind in OperationKind]: string } = {
  update: "update",
  refresh: "refresh",
  destroy: "destroy",
  import: "import",
};

/** An operation that a person asked for. */
export interface StackChange {
  readonly kind: OperationKind;
  readonly session: OperationSession;
  readonly args: CommandArguments;
  readonly process: CommandProcess;
  readonly imports?: readonly ImportSpec[];
}

/** How a change ended: the process's exit code, and what the operation itself said where it ran. */
export interface StackChangeOutcome {
  readonly exitCode: number;
  readonly result: OperationResult | undefined;
}

function optionsOf(change: StackChange, preview: boolean) {
  const { args, process, session, imports } = change;
  const refresh =
    switchFlag(args, "refresh") || (args.flags["refresh"] === undefined && session.refreshAlways);
  return operationOptions(args, process.env, {
    preview,
    refresh: refresh && change.kind !== "refresh",
    ...(imports === undefined ? {} : { imports }),
  });
}

/** Shows what an operation would do. */
export async function previewChange(change: StackChange): Promise<StackChangeOutcome> {
  const options = optionsOf(change, true);
  const result = await runStackOperation({ ...change, options });
  return { exitCode: concludeOperation(result, options, change.process), result };
}

/** Previews, asks, acts: each unless the flags say otherwise. */
export async function performChange(change: StackChange): Promise<StackChangeOutcome> {
  const { args, process } = change;
  if (switchFlag(args, "preview-only")) return previewChange(change);
  isApproved(args, process);
  if (!switchFlag(args, "skip-preview")) {
    const preview = await runStackOperation({ ...change, options: optionsOf(change, true) });
    if (preview.result !== "succeeded") return { exitCode: 1, result: preview };
  }
  const answer = await askToProceed(verbs[change.kind], args, process);
  if (answer !== "proceed") return { exitCode: answer, result: undefined };
  const options = optionsOf(change, false);
  const result = await runStackOperation({ ...change, options });
  return { exitCode: concludeOperation(result, options, process), result };
}
