import { z } from "zod";
import { dataSnapshotSchema } from "../../contracts/release.ts";

/**
 * What a rollback does, in this order. Schemas go down while the services that know the way are there, and up once those
 * that know the new one are. On the way back nothing is saved anew: the first data snapshots are still there.
 */
export const PHASES = [
  "data-snapshot",
  "schema-down",
  "update",
  "schema-up",
  "data",
  "health",
  "record",
] as const;
export type Phase = (typeof PHASES)[number];

export const entrySchema = z.strictObject({
  id: z.string().min(1),
  stack: z.string().min(1),
  /** Release that was current; absent where the stack held what no release recorded. */
  from: z.int().positive().optional(),
  to: z.int().positive(),
  withData: z.boolean(),
  /** True where a schema has to go up or down; else nobody asks the stores. */
  movesSchema: z.boolean(),
  /** True where the schema's way there drops data, so that the way back needs the data snapshot. */
  dropsData: z.boolean(),
  /** On its way to `to`, or back to `from` after a failure. */
  direction: z.enum(["there", "back"]),
  /** What was about to be done, or was being done, when this was written. */
  phase: z.enum(PHASES),
  startedAt: z.string().min(1),
  /** Process that does it. */
  pid: z.int(),
  /** Data snapshots of what was there. */
  dataSnapshots: z.array(dataSnapshotSchema).optional(),
  /** Why it goes back, and what it was doing then. */
  failure: z.strictObject({ phase: z.enum(PHASES), message: z.string() }).optional(),
});

/** A rollback that goes on, as its journal has it. It holds names and numbers only, no secret. */
export type RollbackEntry = z.infer<typeof entrySchema>;

/** The phases that are left, the one of the entry first. */
export function phasesLeft(entry: RollbackEntry): readonly Phase[] {
  return PHASES.slice(PHASES.indexOf(entry.phase)).filter((phase) => isNeeded(phase, entry));
}

function isNeeded(phase: Phase, entry: RollbackEntry): boolean {
  if (phase === "data") return entry.direction === "there" ? entry.withData : hasTouchedData(entry);
  if (phase === "schema-down" || phase === "schema-up") return entry.movesSchema;
  return phase !== "data-snapshot" || entry.direction === "there";
}

/** True where data may be other than it was before: it has to come back out of the data snapshot. */
function hasTouchedData({ failure, withData, dropsData, dataSnapshots }: RollbackEntry): boolean {
  if (failure === undefined || dataSnapshots === undefined) return false;
  const reached = (phase: Phase) => PHASES.indexOf(failure.phase) >= PHASES.indexOf(phase);
  return (dropsData && reached("schema-down")) || (withData && reached("data"));
}

/** Turns round: from here on it goes back to where it was. */
export function turnBack(entry: RollbackEntry, message: string): RollbackEntry {
  return {
    ...entry,
    direction: "back",
    phase: "schema-down",
    failure: { phase: entry.phase, message },
  };
}

/** The release that it is on the way to. */
export function destinationOf(entry: RollbackEntry): number | undefined {
  return entry.direction === "there" ? entry.to : entry.from;
}

/** One sentence on where a rollback stands. */
export function describeEntry({ stack, from, to, direction, phase, startedAt }: RollbackEntry): string {
  const way = direction === "there" ? `to release ${to}` : `back to release ${from}, after a failure`;
  return `a rollback of ${stack} ${way} (begun ${startedAt}) stopped in its phase ${phase}`;
}
