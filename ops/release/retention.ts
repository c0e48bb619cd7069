import type { DataSnapshot, Release } from "../../contracts/release.ts";
import { unnamedSnapshots } from "../data/keeper.ts";

/** Releases whose checkpoint, data snapshots and build contexts stay. Records stay for ever. */
export const KEPT_RELEASES = 20;

/** What goes along with the checkpoint of one release. */
export interface Expiry {
  readonly release: Release;
  /** False where a release that is kept has the same state. */
  readonly checkpoint: boolean;
  readonly contexts: readonly string[];
  readonly dataSnapshots: readonly DataSnapshot[];
}

/** The releases that are kept in full: the newest of a stack. */
export function keptReleases(releases: readonly Release[]): readonly Release[] {
  return releases.slice(-KEPT_RELEASES);
}

/** What may go of the releases before those kept: all that no kept release of any stack names. */
export function planExpiry(
  releases: readonly Release[],
  keptElsewhere: readonly Release[],
): readonly Expiry[] {
  const kept = keptReleases(releases);
  const checkpoints = new Set(kept.map(({ checkpoint }) => checkpoint.sha256));
  const contexts = new Set([...kept, ...keptElsewhere].flatMap((release) => release.contexts));
  const snapshots = kept.flatMap(({ dataSnapshots }) => dataSnapshots);
  return releases.slice(0, -KEPT_RELEASES).map((release) => ({
    release,
    checkpoint: !checkpoints.has(release.checkpoint.sha256),
    contexts: release.contexts.filter((context) => !contexts.has(context)),
    dataSnapshots: unnamedSnapshots(release.dataSnapshots, snapshots),
  }));
}
