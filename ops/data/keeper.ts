import type { DataSnapshot } from "../../contracts/release.ts";

/** How far a piece of work on one store has come. */
export interface DataProgress {
  readonly store: string;
  readonly action: "snapshot" | "restore";
  /** Bytes so far; a vendor does not tell. */
  readonly bytes?: number;
  /** Bytes in all, as far as that is known beforehand. */
  readonly total?: number;
  /** What is being done, for a person. */
  readonly message: string;
}

export interface DataWork {
  readonly onProgress?: (progress: DataProgress) => void;
  /** Aborting it ends the work; stores run again all the same, with the data that they had. */
  readonly signal?: AbortSignal;
}

export interface TakeSnapshot extends DataWork {
  /** What the data snapshot is for: `before release 12`. */
  readonly label: string;
}

/** Takes and restores data snapshots of everything stateful in one environment. */
export interface DataKeeper {
  /** Names of the stores that it keeps. */
  stores(): Promise<string[]>;
  /** One data snapshot of each store, all of the same moment as far as the stores can. @throws UserError */
  takeSnapshot(options: TakeSnapshot): Promise<DataSnapshot[]>;
  /**
   * Puts data snapshots in the place of what their stores hold. Saves nothing by itself: take one first.
   *
   * @throws UserError `snapshot-missing`, `snapshot-damaged` before anything is changed
   */
  restore(snapshots: readonly DataSnapshot[], work?: DataWork): Promise<void>;
  /** Deletes data snapshots; one that is gone already is no failure. */
  remove(snapshots: readonly DataSnapshot[]): Promise<void>;
  /** All that there are, oldest first. */
  list(): Promise<DataSnapshot[]>;
  /** Finishes or undoes what a killed run left half-done; says what it did. Every other call that changes does so first. */
  mend(work?: DataWork): Promise<string[]>;
}

/** The data snapshots that none of `kept` names: those that may go. */
export function unnamedSnapshots(
  all: readonly DataSnapshot[],
  kept: readonly DataSnapshot[],
): DataSnapshot[] {
  const named = new Set(kept.map(keyOf));
  return all.filter((snapshot) => !named.has(keyOf(snapshot)));
}

function keyOf({ kind, store, id }: DataSnapshot): string {
  return [kind, store, id].join("\n");
}
