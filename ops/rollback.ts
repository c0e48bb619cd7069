import { consentFlags } from "./agree-to-loss.ts";
import { UserError } from "./errors.ts";
import { recordBelatedly } from "./release/recover-release.ts";
import { agree } from "./rollback/agree.ts";
import type { RollbackEnd } from "./rollback/carry-out.ts";
import type { ClassifiedChange } from "./rollback/classify.ts";
import { type RollbackEntry, turnBack } from "./rollback/entry.ts";
import { goesOn, RollbackJournal, refuseInterrupted } from "./rollback/journal.ts";
import { openParts } from "./rollback/open-parts.ts";
import { prepareRollback, refuseImpossible } from "./rollback/prepare.ts";
import { renderEnd, renderUndo } from "./rollback/render.ts";
import { rollBackStack } from "./rollback/roll-back-stack.ts";
import { readWish } from "./rollback/wish.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

export const rollbackVerb: Verb = {
  name: "rollback",
  usage: "STACK",
  summary: "make an earlier release current again, or a later one; shows first what that does",
  flags: {
    ...stackFlags,
    to: { type: "string", summary: "number of the release (default: the one before the current one)" },
    "with-data": { type: "boolean", default: false, summary: "put that release's data back, too" },
    ...consentFlags,
    discard: {
      type: "boolean",
      default: false,
      summary: "give up an update that no release recorded, as after one that failed",
    },
    rebuild: {
      type: "boolean",
      default: false,
      summary: "bring sources of images that are gone back out of git",
    },
    continue: { type: "boolean", default: false, summary: "go on with a rollback that was interrupted" },
    abort: { type: "boolean", default: false, summary: "go back to where an interrupted rollback began" },
  },
  examples: [
    "./infra rollback dev",
    "./infra rollback dev --to 12 --with-data --yes",
    "./infra rollback cloud --to 12 --yes --accept-loss cloud",
    "./infra rollback dev --abort",
  ],
  exitCodes: { 3: "it failed, and everything is as it was" },
  async run(args, output) {
    const wish = readWish(args.flags);
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const parts = openParts(opened, output, { rebuild: args.flags["rebuild"] === true });
    const journal = new RollbackJournal(opened.checkout.local, opened.name);
    if (wish.resume !== undefined) {
      return report(args, output, { end: await rollBackStack(parts, resumed(journal, wish.resume)) });
    }
    refuseInterrupted(journal);
    await recordBelatedly(opened, (line) => output.stderr.write(`${line}\n`));
    const prepared = await prepareRollback(parts, wish);
    output.stderr.write(`\n${renderUndo(prepared)}\n\n`);
    refuseImpossible(prepared);
    if (prepared.changes.length === 0) return report(args, output, { changes: [] });
    await agree(prepared, { stack: opened.name, ...wish }, output);
    return report(args, output, {
      changes: prepared.changes,
      end: await rollBackStack(parts, prepared.entry),
    });
  },
};

/** @throws UserError `rollback-none`, `rollback-running`, `rollback-no-return` */
function resumed(journal: RollbackJournal, how: "continue" | "abort"): RollbackEntry {
  const entry = journal.read();
  if (entry === undefined) {
    throw new UserError("rollback-none", `no rollback was interrupted: there is nothing to ${how}`);
  }
  if (goesOn(entry)) refuseInterrupted(journal);
  if (how === "continue" || entry.direction === "back") return entry;
  if (entry.from === undefined) {
    throw new UserError(
      "rollback-no-return",
      "it began from what no release recorded: there is no way back",
      {
        help: `./infra rollback ${entry.stack} --continue goes on`,
      },
    );
  }
  return turnBack(entry, "given up by --abort");
}

interface Report {
  readonly changes?: readonly ClassifiedChange[];
  /** Absent where nothing had to be done. */
  readonly end?: RollbackEnd;
}

function report(args: VerbArguments, output: Output, { changes, end }: Report): number {
  const text = end === undefined ? "nothing to do: the stack is what that release recorded" : renderEnd(end);
  const json = { ...(changes && { changes }), ...(end ?? { kind: "unchanged" }) };
  output.stdout.write(`${args.flags["json"] === true ? JSON.stringify(json, null, 2) : text}\n`);
  return end?.kind === "returned" && end.failure?.message !== "given up by --abort" ? 3 : 0;
}
