import type { DataSnapshot } from "../../contracts/release.ts";
import { messageOf, UserError } from "../errors.ts";
import { Phases, type PhaseTimes } from "../phases.ts";
import { destinationOf, type Phase, phasesLeft, type RollbackEntry, turnBack } from "./entry.ts";
import { type RollbackJournal, waysOn } from "./journal.ts";

/** What a rollback does, each so that doing it again after half of it was done is the same as doing it once. */
export interface Deeds {
  /** Takes data snapshots of what is there now. */
  snapshotData(): Promise<DataSnapshot[]>;
  /** Brings the schemas that are above (below) the versions of a release down (up) to them. */
  moveSchema(release: number, direction: "up" | "down"): Promise<void>;
  /** Brings the resources to what a release recorded. */
  update(release: number, entry: RollbackEntry): Promise<void>;
  /** Puts data into place: what was saved, or what a release has. */
  restoreData(of: { readonly saved: readonly DataSnapshot[] } | { readonly release: number }): Promise<void>;
  /** @throws UserError where something does not answer as it should. */
  checkHealth(): Promise<void>;
  /** Records the end as a release, unless this rollback has one already. */
  record(entry: RollbackEntry): Promise<void>;
}

export interface CarryingOut {
  readonly journal: Pick<RollbackJournal, "write" | "clear">;
  readonly deeds: Deeds;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly phases?: Phases;
}

/** How a rollback ended. */
export interface RollbackEnd {
  /** `done`: the release is current; `returned`: it failed, and everything is as it was. */
  readonly kind: "done" | "returned";
  readonly release: number;
  readonly failure?: { readonly phase: Phase; readonly message: string };
  readonly milliseconds: PhaseTimes;
}

/**
 * Carries a rollback out, from the phase that its entry names. Where a phase fails on the way there, it goes back.
 *
 * @throws UserError `rollback-interrupted` after Ctrl-C, `rollback-stuck` where the way back fails, too: the journal
 * stays, and the rollback can be gone on with.
 */
export async function carryOut(entry: RollbackEntry, work: CarryingOut): Promise<RollbackEnd> {
  const phases = work.phases ?? new Phases();
  let current = { ...entry, pid: process.pid };
  try {
    for (const phase of phasesLeft(current)) {
      current = { ...current, phase };
      work.journal.write(current);
      work.say(`${current.direction === "there" ? "" : "going back: "}${titleOf(phase, current)} …`);
      const name = current.direction === "there" ? phase : `back: ${phase}`;
      current = { ...current, ...(await phases.time(name, () => perform(phase, current, work.deeds))) };
    }
  } catch (error) {
    return await fail(error, current, { ...work, phases });
  }
  return end(current, { ...work, phases });
}

async function perform(phase: Phase, entry: RollbackEntry, deeds: Deeds): Promise<Partial<RollbackEntry>> {
  const release = destinationOf(entry) ?? entry.to;
  switch (phase) {
    case "data-snapshot":
      return { dataSnapshots: await deeds.snapshotData() };
    case "schema-down":
    case "schema-up":
      await deeds.moveSchema(release, phase === "schema-down" ? "down" : "up");
      return {};
    case "update":
      await deeds.update(release, entry);
      return {};
    case "data":
      await deeds.restoreData(dataFor(entry));
      return {};
    case "health":
      await deeds.checkHealth();
      return {};
    case "record":
      await deeds.record(entry);
      return {};
  }
}

function dataFor({ direction, to, dataSnapshots = [] }: RollbackEntry) {
  return direction === "back" ? { saved: dataSnapshots } : { release: to };
}

async function fail(
  error: unknown,
  entry: RollbackEntry,
  work: CarryingOut & { readonly phases: Phases },
): Promise<RollbackEnd> {
  const message = messageOf(error);
  if (work.signal.aborted) {
    throw new UserError("rollback-interrupted", `interrupted in the phase ${entry.phase}`, {
      help: waysOn(entry),
    });
  }
  if (entry.direction === "back" || entry.from === undefined) {
    throw new UserError("rollback-stuck", `the phase ${entry.phase} failed: ${message}`, {
      help: `mend that; then ${waysOn(entry)}`,
      cause: error,
    });
  }
  work.say(`the phase ${entry.phase} failed: ${message}`);
  return carryOut(turnBack(entry, message), work);
}

function end(entry: RollbackEntry, work: CarryingOut & { readonly phases: Phases }): RollbackEnd {
  work.journal.clear();
  const { failure } = entry;
  return {
    kind: failure === undefined ? "done" : "returned",
    release: destinationOf(entry) ?? entry.to,
    ...(failure !== undefined && { failure }),
    milliseconds: work.phases.all,
  };
}

function titleOf(phase: Phase, entry: RollbackEntry): string {
  const release = destinationOf(entry);
  const titles: { readonly [of in Phase]: string } = {
    "data-snapshot": "saving the data",
    "schema-down": `schemas down to release ${release}`,
    "schema-up": `schemas up to release ${release}`,
    update: `resources of release ${release}`,
    data: entry.direction === "there" ? `data of release ${release}` : "data as it was saved",
    health: "health",
    record: "record",
  };
  return titles[phase];
}
