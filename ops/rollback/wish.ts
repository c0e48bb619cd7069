import { type Consent, readConsent } from "../agree-to-loss.ts";
import { UserError } from "../errors.ts";
import type { VerbArguments } from "../verb.ts";
import type { RollbackWish } from "./prepare.ts";

/** What a command line asks for. */
export interface AskedRollback extends RollbackWish, Omit<Consent, "stack"> {
  readonly resume?: "continue" | "abort";
}

/** @throws UserError `usage` */
export function readWish(flags: VerbArguments["flags"]): AskedRollback {
  const { to } = flags;
  const isOn = (name: string) => flags[name] === true;
  if (isOn("continue") && isOn("abort")) {
    throw new UserError("usage", "--continue goes on and --abort goes back: give one of them");
  }
  const resume = isOn("continue") ? "continue" : isOn("abort") ? "abort" : undefined;
  if (resume !== undefined && (to !== undefined || isOn("with-data") || isOn("discard"))) {
    throw new UserError("usage", `--${resume} ends a rollback that has begun: it takes no other wishes`);
  }
  return {
    ...(to !== undefined && { to: readNumber(to) }),
    withData: isOn("with-data"),
    discard: isOn("discard"),
    ...readConsent(flags),
    ...(resume && { resume }),
  };
}

function readNumber(text: VerbArguments["flags"][string]): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UserError("usage", `--to takes the number of a release, not ${String(text)}`, {
    help: "./infra history STACK lists them",
  });
}
