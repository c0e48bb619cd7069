import { createInterface } from "node:readline/promises";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { switchFlag } from "./operation-options.ts";

/** Asks a yes-or-no question on the terminal; anything but yes is no. */
export async function confirm(question: string, process: CommandProcess): Promise<boolean> {
  return /^y(es)?$/i.test((await answer(`${question} [yes/no] `, process)) ?? "");
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

async function answer(prompt: string, process: CommandProcess): Promise<string | undefined> {
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
  return !nonInteractive && process.stdout.isTTY === true && input.isTTY === true && !process.env["CI"];
}

/** Whether a command that edits is to ask first: where nobody said yes, and somebody can be asked. */
export function asksToConfirm(args: CommandArguments, process: CommandProcess): boolean {
  const skips = ["true", "1"].includes(process.env["PULUMI_SKIP_CONFIRMATIONS"] ?? "");
  return !switchFlag(args, "yes") && !skips && isInteractive(process, switchFlag(args, "non-interactive"));
}
