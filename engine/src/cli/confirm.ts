import { createInterface } from "node:readline/promises";
import { isTruthy } from "../is-truthy.ts";
import { ciEnvironment } from "./ci-environment.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { switchFlag } from "./operation-options.ts";

/** Asks a yes-or-no question on the terminal; anything but yes is no. */
export async function confirm(question: string, process: CommandProcess): Promise<boolean> {
  return /^y(es)?$/i.test((await answer(`${question} [yes/no] `, process)) ?? "");
}

/** Has a person type what is to go; says so where it was something else. */
export async function confirmByTyping(
  text: string,
  prompt: string,
  process: CommandProcess,
): Promise<boolean> {
  const request = `Please confirm that this is what you'd like to do by typing \`${text}\`: `;
  const isConfirmed = (await answer(`${prompt}\n${request}`, process)) === text;
  if (!isConfirmed) process.stdout.write("confirmation declined\n");
  return isConfirmed;
}

/** Asks which of several; undefined for none of them. */
export async function choose(
  question: string,
  options: readonly string[],
  process: CommandProcess,
): Promise<string | undefined> {
  const text = (await answer(`${question} [${options.join("/")}] `, process))?.toLowerCase();
  return options.find((option) => option === text);
}

/** Asks for a line of text; undefined where there is none. */
export async function answer(prompt: string, process: CommandProcess): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  try {
    process.stdout.write(prompt);
    const line = await lines.next();
    return line.done === true ? undefined : line.value.trim();
  } finally {
    reader.close();
  }
}

/** Whether a person can be asked. */
export function isInteractive(process: CommandProcess, nonInteractive: boolean): boolean {
  const input = process.stdin as { readonly isTTY?: boolean };
  if (nonInteractive || process.stdout.isTTY !== true || input.isTTY !== true) return false;
  return !isUnattended(process.env);
}

/** Terminals of builds have nobody before them, and simple ones cannot go back to what they showed. */
function isUnattended(env: CommandProcess["env"]): boolean {
  return env["TERM"]?.toLowerCase() === "dumb" || Boolean(env["CI"]) || ciEnvironment(env).length > 0;
}

/** Whether the answer to every question was given beforehand, by `--yes` or the environment. */
export function isConfirmed(args: CommandArguments, { env }: Pick<CommandProcess, "env">): boolean {
  return switchFlag(args, "yes") || isTruthy(env["PULUMI_SKIP_CONFIRMATIONS"]);
}

/** Whether a command that edits is to ask first: where nobody said yes, and somebody can be asked. */
export function asksToConfirm(args: CommandArguments, process: CommandProcess): boolean {
  return !isConfirmed(args, process) && isInteractive(process, switchFlag(args, "non-interactive"));
}
