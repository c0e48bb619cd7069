import { createInterface } from "node:readline/promises";
import type { CommandProcess } from "./command.ts";

/** Asks a yes-or-no question on the terminal; anything but yes is no. */
export async function confirm(question: string, process: CommandProcess): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  try {
    process.stdout.write(`${question} [yes/no] `);
    const line = await lines.next();
    return line.done !== true && /^y(es)?$/i.test(line.value.trim());
  } finally {
    reader.close();
  }
}

/** Whether a person can be asked. */
export function isInteractive(process: CommandProcess, nonInteractive: boolean): boolean {
  const input = process.stdin as { readonly isTTY?: boolean };
  return !nonInteractive && process.stdout.isTTY === true && input.isTTY === true && !process.env["CI"];
}
