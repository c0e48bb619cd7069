import type { DataSnapshot, HealthVerdict, ReleaseCause } from "../../contracts/release.ts";
import type { DataKeeper, DataProgress } from "../data/keeper.ts";
import type { SchemaStatus, SchemaStep } from "../data/plan-schema.ts";
import type { ReleaseStore } from "../release/release-store.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";

/** The schemas of a stack's stores. */
export interface SchemaKeeper {
  status(): Promise<SchemaStatus>;
  /** Applies or undoes migrations; one that is done already is no failure. */
  migrate(steps: readonly SchemaStep[]): Promise<void>;
}

/** What is recorded of a rollback's end. */
export interface RollbackRecord {
  readonly cause: ReleaseCause;
  readonly message: string;
  readonly dataSnapshots: readonly DataSnapshot[];
}

/** Everything that a rollback works with. */
export interface RollbackParts {
  readonly opened: OpenStack;
  readonly output: Output;
  readonly store: Pick<ReleaseStore, "list" | "get" | "checkpoint">;
  /** Absent where nobody keeps the stack's data. */
  readonly data?: {
    readonly keeper: Pick<DataKeeper, "takeSnapshot" | "restore">;
    /** Shows how far data snapshots are. */
    readonly show: (progress: DataProgress) => void;
  };
  /** Absent where the stack has no schemas that can be moved. */
  readonly schema?: SchemaKeeper;
  /** Waits until everything is healthy, at most as long as a rollback is patient. */
  readonly health: () => Promise<HealthVerdict>;
  /** Records the stack as it is as a release, unless its last update is recorded already. */
  readonly record: (record: RollbackRecord) => Promise<void>;
  /** Bring staged sources that are gone back out of git. */
  readonly rebuild: boolean;
}
