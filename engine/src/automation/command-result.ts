import cmd from "@pulumi/pulumi/automation/cmd.js";
import errors from "@pulumi/pulumi/automation/errors.js";
import type { CommandLineOutcome } from "./run-command-line.ts";

/** What the SDK's `PulumiCommand.run` gives. Its types leave the class out. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

const { CommandResult: Result } = cmd as unknown as {
  readonly CommandResult: new (stdout: string, stderr: string, code: number, error?: Error) => CommandResult;
};
const { createCommandError } = errors as unknown as {
  readonly createCommandError: (result: CommandResult) => Error;
};

/** The code that the SDK gives every command that failed. */
const FAILED = -2;

export function commandResult({ stdout, stderr }: CommandLineOutcome): CommandResult {
  return new Result(withoutLastEnd(stdout), withoutLastEnd(stderr), 0);
}

/** The error that the SDK makes of a process that failed: its words hold all that was printed. */
export function commandError(commandLine: string, { stdout, stderr, exitCode }: CommandLineOutcome): Error {
  const title = `Command failed with exit code ${exitCode}: ${commandLine}`;
  const printed = [stderr, stdout].map(withoutLastEnd).filter((text) => text !== "");
  const message = [title, ...printed].join("\n");
  return createCommandError(new Result("", message, FAILED, new Error(message)));
}

function withoutLastEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
