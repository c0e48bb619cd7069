import { createInterface } from "node:readline/promises";
import { UserError } from "./errors.ts";
import type { Output } from "./verb.ts";

/** Asks a person. @throws UserError `not-confirmed` on any answer but yes, and where nobody can be asked. */
export async function confirm(question: string, output: Output): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new UserError("not-confirmed", `${question} Nobody is there to answer.`, { help: "add --yes" });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [yes/no] `, { signal: output.signal });
    if (answer.trim().toLowerCase() !== "yes") throw new UserError("not-confirmed", "nothing was changed");
  } finally {
    prompt.close();
  }
}
