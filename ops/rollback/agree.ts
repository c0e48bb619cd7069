import { agreeTo, type Consent } from "../agree-to-loss.ts";
import type { Output } from "../verb.ts";
import { type ClassifiedChange, worstOf } from "./classify.ts";

/** Asks before a rollback, after its undo was shown. @throws UserError `not-confirmed`, `loss-not-accepted` */
export async function agree(
  {
    changes,
    target,
  }: { readonly changes: readonly ClassifiedChange[]; readonly target: { readonly number: number } },
  consent: Consent,
  output: Output,
): Promise<void> {
  const isLossy = worstOf(changes) === "lossy";
  const what = isLossy ? ", with the losses above" : "";
  const question = `Make release ${target.number} of ${consent.stack} current again${what}?`;
  await agreeTo({ question, isLossy }, consent, output);
}
