import { UserError } from "../errors.ts";
import type { OperationKind, OperationOptions, OperationResult } from "../operation.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { answer, isConfirmed, isInteractive } from "./confirm.ts";
import { switchFlag } from "./operation-options.ts";
import type { PreviewedEvents } from "./previewed-events.ts";

const exitCodes = { succeeded: 0, failed: 1, canceled: 1 } as const;
const declinedExitCode = 8;
const changesExitCode = 7;
const usageExitCode = 2;

/** Ops that leave everything as it is. */
const quietOps = new Set(["same", "read", "read-replacement", "discard", "discard-replaced"]);

/** True where an operation changed, or would change, anything. */
export function hasChanges(changes: OperationResult["changes"]): boolean {
  return Object.entries(changes).some(([op, count]) => count > 0 && !quietOps.has(op));
}

/** The exit code of a finished operation; says on stderr when changes were not expected. */
export function concludeOperation(
  result: OperationResult,
  options: OperationOptions,
  process: CommandProcess,
): number {
  for (const message of result.errors) process.stderr.write(`error: ${message}\n`);
  for (const line of result.advice.flatMap((advice) => advice.split("\n"))) {
    process.stderr.write(`help: ${line}\n`);
  }
  if (result.result !== "succeeded" || !options.expectNoChanges || !hasChanges(result.changes)) {
    return exitCodes[result.result];
  }
  const what = options.preview ? "changes were proposed" : "changes occurred";
  process.stderr.write(`error: no changes were expected but ${what}\n`);
  return changesExitCode;
}

/** Whether an operation may go ahead without being asked about. @throws UserError where nobody can be asked. */
export function isApproved(verb: string, args: CommandArguments, process: CommandProcess): boolean {
  if (isConfirmed(args, process) || switchFlag(args, "skip-preview")) return true;
  if (isInteractive(process, switchFlag(args, "non-interactive"))) return false;
  throw new UserError(
    "not-approved",
    "--yes or --skip-preview or --preview-only must be passed in to proceed when running in non-interactive mode",
    // The official CLI ends a refresh with the code of any other error.
    verb === "refresh" ? {} : { exitCode: usageExitCode },
  );
}

/** What a person is asked about. */
export interface Proposal {
  readonly kind: OperationKind;
  /** The operation as a person calls it. */
  readonly verb: string;
  readonly preview: PreviewedEvents;
}

/** Asks whether to go ahead, and shows the details of the preview to who wants them; a no ends the command. */
export async function askToProceed(
  { kind, verb, preview }: Proposal,
  process: CommandProcess,
): Promise<"proceed" | number> {
  process.stdout.write(preview.notes(kind));
  const note = kind === "refresh" ? REFRESH_NOTE : "";
  const question = `Do you want to perform this ${verb}?${note} [yes/no/details] `;
  for (;;) {
    const said = (await answer(question, process))?.toLowerCase() ?? "";
    if (said === "details") process.stdout.write(preview.details());
    else if (said === "yes" || said === "y") return "proceed";
    else break;
  }
  const name = kind === "import" ? "resource-import" : verb;
  process.stdout.write(`confirmation declined, not proceeding with the ${name}\n`);
  return declinedExitCode;
}

const REFRESH_NOTE =
  "\nNo resources will be modified as part of this refresh; just your stack's state will be.\n";
