import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { isRunning } from "../is-running.ts";
import { writeDurably } from "../replace-file.ts";
import { describeEntry, entrySchema, type RollbackEntry } from "./entry.ts";

/**
 * Where a rollback of one stack notes each phase before it begins, so that whatever ends the process, the next command
 * knows. There is a file exactly while a rollback goes on.
 */
export class RollbackJournal {
  private readonly file: string;

  /** `folder`: what this machine keeps for the checkout. */
  constructor(folder: string, stack: string) {
    this.file = join(folder, "rollback", `${stack}.json`);
  }

  /** @throws UserError `rollback-journal-unreadable` */
  read(): RollbackEntry | undefined {
    if (!existsSync(this.file)) return undefined;
    try {
      return entrySchema.parse(JSON.parse(readFileSync(this.file, "utf8")));
    } catch (cause) {
      throw new UserError("rollback-journal-unreadable", `${this.file} cannot be read`, {
        help: "remove it once ./infra preview shows that the stack is as it should be",
        cause,
      });
    }
  }

  /** On disk when this returns. */
  write(entry: RollbackEntry): void {
    writeDurably(this.file, `${JSON.stringify(entry, null, 2)}\n`);
  }

  clear(): void {
    rmSync(this.file, { force: true });
  }
}

/**
 * Refuses to work on a stack whose rollback was interrupted. It is not gone on with unasked: half-way, with data
 * perhaps restored and perhaps not, only a person knows which of the two ends is wanted.
 *
 * @throws UserError `rollback-interrupted`, `rollback-running`
 */
export function refuseInterrupted(journal: RollbackJournal): void {
  const entry = journal.read();
  if (entry === undefined) return;
  if (goesOn(entry)) {
    throw new UserError("rollback-running", `a rollback of ${entry.stack} goes on in process ${entry.pid}`, {
      help: "wait for its end",
    });
  }
  throw new UserError("rollback-interrupted", describeEntry(entry), { help: waysOn(entry) });
}

/** How an interrupted rollback is ended. */
export function waysOn({ stack, direction, from }: RollbackEntry): string {
  const go = `./infra rollback ${stack} --continue goes on`;
  return direction === "back" || from === undefined
    ? go
    : `${go}; ./infra rollback ${stack} --abort goes back to release ${from}`;
}

/** True where another process carries it out. */
export function goesOn({ pid }: RollbackEntry): boolean {
  return pid !== process.pid && isRunning(pid);
}
