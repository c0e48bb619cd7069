import { CommandError } from "@pulumi/pulumi/automation/index.js";
import { firstLineOf, UserError } from "./errors.ts";

/**
 * Turns what the engine said into one error: the diagnostics that were collected, else the `error:` lines of
 * its output. Command lines and stack traces stay out.
 */
export function engineFailure(error: unknown, failures: readonly string[]): UserError {
  const said =
    failures.length > 0 ? failures : errorLines(String(error instanceof Error ? error.message : error));
  const message = said.length > 0 ? [...new Set(said)].join("\n") : "the engine failed without saying why";
  return new UserError("operation-failed", message, { cause: error });
}

/** What was thrown, in one line; of a command of the engine, what the engine said. */
export function failureLine(error: unknown): string {
  return firstLineOf(error instanceof CommandError ? engineFailure(error, []) : error);
}

/** What the engine and the Automation API print after an error. */
const END_OF_ERROR = /^( ?stdout:| ?stderr:| ?err\?:|\w+ing( \w+)? \([^)]+\):$)/;

function errorLines(text: string): string[] {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => /^\s*error: /.test(line));
  if (first < 0) return lines.filter((line) => line.startsWith("err?: ") || line.startsWith(" stderr: "));
  const rest = lines.slice(first);
  const end = rest.findIndex((line, index) => index > 0 && END_OF_ERROR.test(line));
  return (end < 0 ? rest : rest.slice(0, end))
    .map((line) => line.replace(/^\s*error: /, "").trimEnd())
    .filter((line) => line !== "");
}
