import { confirm } from "./confirm.ts";
import { UserError } from "./errors.ts";
import { isLocalStack } from "./stack-name.ts";
import type { Output, VerbArguments } from "./verb.ts";

/** Flags of the verbs that ask before they do what may lose data. */
export const consentFlags = {
  yes: { type: "boolean", short: "y", default: false, summary: "do not ask" },
  "accept-loss": {
    type: "string",
    summary: "the stack's name, typed: agrees to lossy changes of a stack that people share",
  },
} as const;

export interface Consent {
  readonly stack: string;
  readonly yes: boolean;
  readonly acceptLoss?: string;
}

/** What the flags say, of whatever stack. */
export function readConsent(flags: VerbArguments["flags"]): Omit<Consent, "stack"> {
  const acceptLoss = flags["accept-loss"];
  return { yes: flags["yes"] === true, ...(typeof acceptLoss === "string" && { acceptLoss }) };
}

/**
 * Asks before anything is done. What may lose data of a stack that people share takes more than `--yes`: its name, typed.
 *
 * @throws UserError `not-confirmed`, `loss-not-accepted`
 */
export async function agreeTo(
  { question, isLossy }: { readonly question: string; readonly isLossy: boolean },
  consent: Consent,
  output: Output,
): Promise<void> {
  const { stack, yes, acceptLoss } = consent;
  if (!needsQuestion(isLossy, consent)) return;
  if (yes) {
    throw new UserError("loss-not-accepted", `this loses data of ${stack}, for which --yes is not enough`, {
      help:
        acceptLoss === undefined
          ? `add --accept-loss ${stack}`
          : `--accept-loss takes the stack's name, ${stack}, not ${acceptLoss}`,
    });
  }
  await confirm(question, output, stack);
}

/** True where the flags do not say enough. */
export function needsQuestion(isLossy: boolean, { stack, yes, acceptLoss }: Consent): boolean {
  if (!yes) return true;
  return isLossy && !isLocalStack(stack) && acceptLoss !== stack;
}
