import type { Release } from "../../contracts/release.ts";
import { messageOf, UserError } from "../errors.ts";
import type { OpenStack } from "../stack.ts";
import { isLocalStack } from "../stack-name.ts";
import type { Output, VerbArguments } from "../verb.ts";
import { worstOf } from "./classify.ts";
import { openParts } from "./open-parts.ts";
import type { RollbackParts } from "./parts.ts";
import { prepareRollback, refuseImpossible } from "./prepare.ts";
import { renderEnd, renderUndo } from "./render.ts";
import { rollBackStack } from "./roll-back-stack.ts";
import { intactReleases, refuseUnhealthy } from "./stack-deeds.ts";

/** Flags of an update that undoes itself. */
export const guardFlags = {
  "rollback-on-failure": {
    type: "boolean",
    default: false,
    summary: "go back to the newest release when the update fails",
  },
  "rollback-on-unhealthy": {
    type: "string",
    bare: "60",
    summary: "SECONDS in which everything has to be well, else go back (default: 60, given as =SECONDS)",
  },
} as const;

/** When an update is undone by itself. */
export interface Guard {
  readonly onFailure: boolean;
  /** Milliseconds. */
  readonly healthyWithin?: number;
}

/** @throws UserError `usage` */
export function readGuard(flags: VerbArguments["flags"]): Guard {
  const onFailure = flags["rollback-on-failure"] === true;
  const text = flags["rollback-on-unhealthy"];
  if (text === undefined) return { onFailure };
  const seconds = Number(text);
  if (text === "" || !Number.isFinite(seconds) || seconds < 0) {
    throw new UserError("usage", `--rollback-on-unhealthy takes seconds, not ${String(text)}`);
  }
  return { onFailure, healthyWithin: seconds * 1000 };
}

/**
 * Makes an update, and undoes it as the guard says.
 *
 * @throws UserError `rolled-back` with what was wrong; what the update threw where it is not undone
 */
export async function guardUpdate<Made extends { readonly release: Release }>(
  guard: Guard,
  where: { readonly opened: OpenStack; readonly output: Output },
  update: () => Promise<Made>,
): Promise<Made> {
  const { opened, output } = where;
  const parts = () =>
    openParts(opened, output, {
      rebuild: false,
      ...(guard.healthyWithin !== undefined && { patience: guard.healthyWithin }),
    });
  let made: Made;
  try {
    made = await update();
  } catch (error) {
    if (!guard.onFailure || output.signal.aborted) throw error;
    throw await undoneFailure(parts(), messageOf(error));
  }
  if (guard.healthyWithin === undefined) return made;
  try {
    refuseUnhealthy(await parts().health());
  } catch (error) {
    throw await undone(parts(), { discard: false, because: messageOf(error) });
  }
  return made;
}

/** What failed before it changed anything leaves the newest release current; else the way back is to that one. */
async function undoneFailure(parts: RollbackParts, because: string): Promise<UserError> {
  const newest = (await intactReleases(parts)).at(-1);
  try {
    const to = newest && { to: newest.number };
    return await undone(parts, { discard: true, because, ...to });
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== "release-current") throw error;
    const still = `nothing was changed: release ${newest?.number} is still current`;
    return new UserError("rolled-back", `${because}\n${still}`, {
      help: "mend what was wrong, then bring it up again",
    });
  }
}

interface Undoing {
  readonly discard: boolean;
  readonly because: string;
  /** @default the release before the current one */
  readonly to?: number;
}

/** Goes back; gives the error that says why and to what. */
async function undone(parts: RollbackParts, { discard, because, to }: Undoing): Promise<UserError> {
  const { opened, output } = parts;
  output.stderr.write(`${because}\ngoing back by itself, as asked\n`);
  const prepared = await prepareRollback(parts, {
    withData: false,
    discard,
    ...(to !== undefined && { to }),
  });
  output.stderr.write(`\n${renderUndo(prepared)}\n\n`);
  refuseImpossible(prepared);
  if (worstOf(prepared.changes) === "lossy" && !isLocalStack(opened.name)) {
    throw new UserError("loss-not-accepted", `${because}; going back loses data, which is asked first`, {
      help: `./infra rollback ${opened.name}${discard ? " --discard" : ""}`,
    });
  }
  const end = await rollBackStack(parts, prepared.entry);
  return new UserError("rolled-back", `${because}\n${renderEnd(end)}`, {
    help: "mend what was wrong, then bring it up again",
  });
}
