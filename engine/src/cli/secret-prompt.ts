import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { UserError } from "../errors.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { isInteractive } from "./confirm.ts";
import { switchFlag } from "./operation-options.ts";

/** Asks questions in turn, without showing what is typed, and gives the answers. @throws UserError `no-answer`. */
export type AskSecrets = (questions: readonly string[]) => Promise<readonly string[]>;

/** How to ask the person at the terminal; undefined where nobody can be asked. */
export function secretPrompt(args: CommandArguments, process: CommandProcess): AskSecrets | undefined {
  if (!isInteractive(process, switchFlag(args, "non-interactive"))) return undefined;
  return async (questions) => {
    // A terminal echoes through the reader's output: this one shows nothing.
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
    const lines = reader[Symbol.asyncIterator]();
    try {
      const answers: string[] = [];
      for (const question of questions) {
        process.stderr.write(`${question}: `);
        const line = await lines.next();
        process.stderr.write("\n");
        if (line.done) throw new UserError("no-answer", "the question was not answered");
        answers.push(line.value);
      }
      return answers;
    } finally {
      reader.close();
    }
  };
}
