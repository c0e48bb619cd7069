import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DataSnapshot, Release } from "../../contracts/release.ts";
import type { ReleaseStore } from "./release-store.ts";
import { keptReleases, planExpiry } from "./retention.ts";

export interface PruneOptions {
  /** Folder that the staged build contexts are named from: the checkout. */
  readonly root: string;
  /** Releases of other stacks: they share the staged contexts. */
  readonly siblings: readonly ReleaseStore[];
  /** Deletes data snapshots; one that is gone already is no failure. @default they stay */
  readonly removeDataSnapshots?: (snapshots: readonly DataSnapshot[]) => Promise<void>;
}

/**
 * Deletes what the rule of retention lets go; gives the numbers of the releases concerned. Where a record is damaged
 * nothing goes: nobody knows what it names. A checkpoint goes last: a run that is killed before is done again.
 */
export async function pruneReleases(store: ReleaseStore, options: PruneOptions): Promise<number[]> {
  const releases = await readAll(store);
  const others = await Promise.all(options.siblings.map(readAll));
  if (releases === undefined || others.includes(undefined)) return [];
  const keptElsewhere = others.flatMap((all) => keptReleases(all ?? []));
  const pruned: number[] = [];
  for (const { release, checkpoint, contexts, dataSnapshots } of planExpiry(releases, keptElsewhere)) {
    if (!checkpoint || !(await store.hasCheckpoint(release))) continue;
    if (dataSnapshots.length > 0) await options.removeDataSnapshots?.(dataSnapshots);
    for (const context of contexts) await rm(join(options.root, context), { recursive: true, force: true });
    await store.removeCheckpoint(release);
    pruned.push(release.number);
  }
  return pruned;
}

/** All releases of a stack, undefined where one is damaged. */
async function readAll(store: ReleaseStore): Promise<readonly Release[] | undefined> {
  const stored = await store.list();
  const releases = stored.flatMap((entry) => ("release" in entry ? [entry.release] : []));
  return releases.length === stored.length ? releases : undefined;
}
