import { messageOf } from "../errors.ts";
import type { ReleaseStore, StoredRelease } from "./release-store.ts";
import { KEPT_RELEASES } from "./retention.ts";

/** What a verification of all records found. */
export interface Verification {
  readonly releases: number;
  /** Checkpoints that were there, and fit their digest. */
  readonly checkpoints: number;
  /** The first record that does not hold. */
  readonly problem?: { readonly number: number; readonly message: string };
}

/** Checks every record, that each follows the one before, and every checkpoint that is kept. */
export async function verifyReleases(store: ReleaseStore): Promise<Verification> {
  const stored = await store.list();
  let checkpoints = 0;
  for (const [index, entry] of stored.entries()) {
    const message =
      judgeRecord(entry, stored[index - 1]) ??
      (await judgeCheckpoint(store, entry, { mustBeThere: index >= stored.length - KEPT_RELEASES }));
    if (typeof message === "string") {
      return { releases: stored.length, checkpoints, problem: { number: entry.number, message } };
    }
    checkpoints += message;
  }
  return { releases: stored.length, checkpoints };
}

/** What is wrong with a record and with its place in the chain. */
export function judgeRecord(entry: StoredRelease, before: StoredRelease | undefined): string | undefined {
  const expected = (before?.number ?? 0) + 1;
  if (entry.number !== expected) return `the record of release ${expected}, which comes before, is missing`;
  if ("damage" in entry) return `its record ${entry.damage}`;
  const previous = before !== undefined && "release" in before ? before.release.hash : null;
  if (entry.release.previous === previous) return undefined;
  return before === undefined
    ? "it names a release before, and is the first"
    : `it does not follow release ${before.number}: one of the two was replaced`;
}

/** In words what is wrong, else how many checkpoints were checked. */
async function judgeCheckpoint(
  store: ReleaseStore,
  entry: StoredRelease,
  { mustBeThere }: { readonly mustBeThere: boolean },
): Promise<string | number> {
  if ("damage" in entry) return 0;
  if (!(await store.hasCheckpoint(entry.release))) {
    return mustBeThere ? `its checkpoint is missing, and it is one of the newest ${KEPT_RELEASES}` : 0;
  }
  return store.checkpoint(entry.release).then(() => 1, messageOf);
}
