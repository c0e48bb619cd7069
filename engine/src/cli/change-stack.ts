import type { ImportSpec, OperationKind, OperationOptions, OperationResult } from "../operation.ts";
import type { UpdatePlan } from "../plan/update-plan.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { askToProceed, concludeOperation, isApproved } from "./conclude.ts";
import { operationOptions, switchFlag, textFlag } from "./operation-options.ts";
import type { OperationSession } from "./operation-session.ts";
import { PreviewedEvents } from "./previewed-events.ts";
import type { StackOperation } from "./run-stack-operation.ts";

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
  /** The plan that the operation is held to. */
  readonly plan?: UpdatePlan | undefined;
}

/** How a change ended: the process's exit code, and what the operation itself said where it ran. */
export interface StackChangeOutcome {
  readonly exitCode: number;
  readonly result: OperationResult | undefined;
}

/** Most of the engine's code is loaded here: opening the session comes first, and has it loaded meanwhile. */
async function runStackOperation(operation: StackOperation): Promise<OperationResult> {
  const loaded = await import("./run-stack-operation.ts");
  return loaded.runStackOperation(operation);
}

function optionsOf(change: StackChange, preview: boolean): OperationOptions {
  const { args, process, session, imports, plan } = change;
  const refresh =
    switchFlag(args, "refresh") || (args.flags["refresh"] === undefined && session.refreshAlways);
  const options = operationOptions(args, process.env, {
    preview,
    refresh: refresh && change.kind !== "refresh",
    ...(imports === undefined ? {} : { imports }),
  });
  const generatePlan = preview && (switchFlag(args, "strict") || textFlag(args, "save-plan") !== undefined);
  return { ...options, generatePlan, ...(plan === undefined ? {} : { plan }) };
}

/** Shows what an operation would do. */
export async function previewChange(change: StackChange): Promise<StackChangeOutcome> {
  const options = optionsOf(change, true);
  const result = await runStackOperation({ ...change, options });
  return { exitCode: concludeOperation(result, options, change.process), result };
}

/** Previews, asks, acts: each unless the flags say otherwise. */
export async function performChange(change: StackChange): Promise<StackChangeOutcome> {
  if (switchFlag(change.args, "preview-only")) return previewChange(change);
  try {
    return await previewAndPerform(change);
  } finally {
    change.session.spare?.take()?.discard();
  }
}

async function previewAndPerform(change: StackChange): Promise<StackChangeOutcome> {
  const { args, process } = change;
  const verb = verbs[change.kind];
  const previewed = isApproved(verb, args, process) ? undefined : new PreviewedEvents(args, process);
  let { plan } = change;
  if (!switchFlag(args, "skip-preview")) {
    const options = optionsOf(change, true);
    const listener = previewed?.listener;
    const preview = await runStackOperation({ ...change, options, listener, isFollowed: true });
    if (preview.result !== "succeeded") {
      return { exitCode: concludeOperation(preview, options, process), result: preview };
    }
    plan ??= preview.plan;
  }
  if (previewed !== undefined) {
    const answer = await askToProceed({ kind: change.kind, verb, preview: previewed }, process);
    if (answer !== "proceed") return { exitCode: answer, result: undefined };
  }
  const options = optionsOf({ ...change, plan }, false);
  const result = await runStackOperation({ ...change, options });
  return { exitCode: concludeOperation(result, options, process), result };
}
