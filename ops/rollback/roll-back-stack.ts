import { carryOut, type RollbackEnd } from "./carry-out.ts";
import type { RollbackEntry } from "./entry.ts";
import { RollbackJournal } from "./journal.ts";
import type { RollbackParts } from "./parts.ts";
import { stackDeeds } from "./stack-deeds.ts";

/** Carries a rollback of a stack out, or goes on with one. @throws UserError as `carryOut` */
export function rollBackStack(parts: RollbackParts, entry: RollbackEntry): Promise<RollbackEnd> {
  const { opened, output } = parts;
  return carryOut(entry, {
    journal: new RollbackJournal(opened.checkout.local, opened.name),
    deeds: stackDeeds(parts, entry),
    say: (line) => output.stderr.write(`${line}\n`),
    signal: output.signal,
  });
}
