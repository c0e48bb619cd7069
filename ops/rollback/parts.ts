import type { DataSnapshot, HealthVerdict, ReleaseCause } from "../../contracts/release.ts";
import type { SchemaStatus, SchemaVersions } from "../data/plan-schema.ts";
import type { ReleaseStore } from "../release/release-store.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";

/** The data of a stack's stores; it shows how far the work on them is. */
export interface StackData {
  takeSnapshot(label: string): Promise<DataSnapshot[]>;
  restore(snapshots: readonly DataSnapshot[]): Promise<void>;
}

/** The schemas of a stack's stores. */
export interface SchemaKeeper {
  status(): Promise<SchemaStatus>;
  /** Brings the stores that are named to versions; one that has its version already is no failure. */
  migrate(to: SchemaVersions): Promise<void>;
}

/** What is recorded of a rollback's end. */
export interface RollbackRecord {
  readonly cause: ReleaseCause;
  readonly message: string;
  readonly dataSnapshots: readonly DataSnapshot[];
}

/** The releases that a rollback's updates become. */
export interface RollbackReleases {
  /** Makes an update; what it is made for is on disk before. */
  update(record: RollbackRecord, update: () => Promise<void>): Promise<void>;
  /** Records the stack as it is as a release, unless its last update is recorded already. */
  record(record: RollbackRecord): Promise<void>;
}

/** Everything that a rollback works with. */
export interface RollbackParts {
  readonly opened: OpenStack;
  readonly output: Output;
  readonly store: Pick<ReleaseStore, "list" | "get" | "checkpoint">;
  /** Absent where nobody keeps the stack's data. */
  readonly data?: StackData;
  /** Absent where the stack has no schemas that can be moved. */
  readonly schema?: SchemaKeeper;
  /** Waits until everything is healthy, at most as long as a rollback is patient. */
  readonly health: () => Promise<HealthVerdict>;
  readonly releases: RollbackReleases;
  /** Bring staged sources that are gone back out of git. */
  readonly rebuild: boolean;
}
