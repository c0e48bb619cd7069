import type { DataSnapshot } from "../../../contracts/release.ts";
import { UserError } from "../../errors.ts";
import type { DataKeeper, DataWork, TakeSnapshot } from "../keeper.ts";

/** One database that a vendor runs. */
export interface CloudStore {
  readonly store: string;
  take(options: TakeSnapshot): Promise<DataSnapshot>;
  /** @throws UserError `snapshot-missing` */
  check(snapshot: DataSnapshot): Promise<void>;
  restore(snapshot: DataSnapshot, work: DataWork): Promise<void>;
  remove(snapshot: DataSnapshot): Promise<void>;
  list(): Promise<DataSnapshot[]>;
}

/** Keeps the data of databases that vendors run; what is begun there goes on by itself, whatever happens here. */
export class CloudKeeper implements DataKeeper {
  private readonly all: readonly CloudStore[];

  constructor(all: readonly CloudStore[]) {
    this.all = all;
  }

  async stores(): Promise<string[]> {
    return this.all.map(({ store }) => store);
  }

  async takeSnapshot(options: TakeSnapshot): Promise<DataSnapshot[]> {
    return await interruptible(options, () => Promise.all(this.all.map((store) => store.take(options))));
  }

  async restore(snapshots: readonly DataSnapshot[], work: DataWork = {}): Promise<void> {
    const pairs = snapshots.map((snapshot) => ({ snapshot, store: this.storeOf(snapshot) }));
    await interruptible(work, async () => {
      await Promise.all(pairs.map(({ store, snapshot }) => store.check(snapshot)));
      await Promise.all(pairs.map(({ store, snapshot }) => store.restore(snapshot, work)));
    });
  }

  async remove(snapshots: readonly DataSnapshot[]): Promise<void> {
    for (const snapshot of snapshots) await this.storeOf(snapshot).remove(snapshot);
  }

  async list(): Promise<DataSnapshot[]> {
    const lists = await Promise.all(this.all.map((store) => store.list()));
    return lists.flat().sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  async mend(): Promise<string[]> {
    return [];
  }

  private storeOf({ store }: DataSnapshot): CloudStore {
    const found = this.all.find((each) => each.store === store);
    if (found !== undefined) return found;
    throw new UserError("store-missing", `the stack has no store called ${store} for its data snapshot`, {
      help: `its stores: ${this.all.map((each) => each.store).join(", ")}`,
    });
  }
}

async function interruptible<T>({ signal }: DataWork, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted !== true || error instanceof UserError) throw error;
    throw new UserError("interrupted", "interrupted: what was begun at the vendor goes on there", {
      help: "./infra data STACK list shows what became of it",
      cause: error,
    });
  }
}
