import { createInterface } from "node:readline/promises";
import { UserError } from "./errors.ts";
import { isLocalStack } from "./stack-name.ts";
import type { Output } from "./verb.ts";

/**
 * Asks a person before something destructive. Where the stack is no machine's own, its name has to be typed.
 *
 * @throws UserError `not-confirmed` on any other answer, and where nobody can be asked.
 */
export async function confirm(question: string, output: Output, stack?: string): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new UserError("not-confirmed", `${question} Nobody is there to answer.`, { help: "add --yes" });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const wanted = wantedAnswer(stack);
  try {
    const answer = await prompt.question(`${question} ${wanted.hint} `, { signal: output.signal });
    if (!wanted.isGiven(answer)) throw new UserError("not-confirmed", "nothing was changed");
  } finally {
    prompt.close();
  }
}

/** What has to be answered, and how that is asked for. */
export function wantedAnswer(stack: string | undefined): {
  readonly hint: string;
  isGiven(answer: string): boolean;
} {
  return stack === undefined || isLocalStack(stack)
    ? { hint: "[yes/no]", isGiven: (answer) => answer.trim().toLowerCase() === "yes" }
    : { hint: `Type ${stack} to go on:`, isGiven: (answer) => answer.trim() === stack };
}
