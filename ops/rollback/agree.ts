import { confirm } from "../confirm.ts";
import { UserError } from "../errors.ts";
import { isLocalStack } from "../stack-name.ts";
import type { Output } from "../verb.ts";
import { type ClassifiedChange, worstOf } from "./classify.ts";

export interface Consent {
  readonly stack: string;
  readonly yes: boolean;
  readonly acceptLoss?: string;
}

/**
 * Asks before anything is done. What may lose data of a stack that people share takes more than `--yes`: its name, typed.
 *
 * @throws UserError `not-confirmed`, `loss-not-accepted`
 */
export async function agree(
  {
    changes,
    target,
  }: { readonly changes: readonly ClassifiedChange[]; readonly target: { readonly number: number } },
  consent: Consent,
  output: Output,
): Promise<void> {
  const { stack, yes, acceptLoss } = consent;
  const isLossy = worstOf(changes) === "lossy";
  if (!needsQuestion(isLossy, consent)) return;
  if (yes) {
    throw new UserError("loss-not-accepted", `this loses data of ${stack}, for which --yes is not enough`, {
      help:
        acceptLoss === undefined
          ? `add --accept-loss ${stack}`
          : `--accept-loss takes the stack's name, ${stack}, not ${acceptLoss}`,
    });
  }
  const what = isLossy ? ", with the losses above" : "";
  await confirm(`Make release ${target.number} of ${stack} current again${what}?`, output, stack);
}

/** True where the flags do not say enough. */
export function needsQuestion(isLossy: boolean, { stack, yes, acceptLoss }: Consent): boolean {
  if (!yes) return true;
  return isLossy && !isLocalStack(stack) && acceptLoss !== stack;
}
