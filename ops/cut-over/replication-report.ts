import { z } from "zod";

/** What the copying of documents says after each round through all of them. */
export const replicationReportSchema = z.object({
  run: z.string(),
  round: z.int().min(1),
  equal: z.boolean(),
  changed: z.int().min(0),
  /** How long the round took. */
  seconds: z.number(),
  error: z.string().nullable(),
  collections: z.record(z.string(), z.object({ documents: z.int(), sha256: z.string(), equal: z.boolean() })),
});

export type ReplicationReport = z.infer<typeof replicationReportSchema>;

/** The round that was the last one when something happened. */
export type Mark = Pick<ReplicationReport, "run" | "round">;

/**
 * True where a round that began after the mark found both sides equal in counts and hashes. The round after the
 * marked one may have begun before it was marked; of another run every round began later.
 */
export function isCleanSince(mark: Mark, report: ReplicationReport): boolean {
  const beganLater = report.run !== mark.run || report.round >= mark.round + 2;
  return beganLater && report.equal;
}

/**
 * True where the copy is near enough for writes to be stopped: a round that runs and one more fit well into the time
 * that they may be stopped for. (While clients write, hardly any round finds both sides equal.)
 */
export function isCaughtUp(
  { round, seconds, error }: ReplicationReport,
  freezeMilliseconds: number,
): boolean {
  return error === null && round >= 2 && seconds * 3_000 <= freezeMilliseconds;
}
