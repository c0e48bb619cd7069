import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type Docker from "dockerode";
import type { DataSnapshot } from "../../../contracts/release.ts";
import { UserError } from "../../errors.ts";
import type { StackName } from "../../stack-name.ts";
import type { DataKeeper, DataProgress, DataWork, TakeSnapshot } from "../keeper.ts";
import { withLock } from "../lock.ts";
import { newSnapshotId } from "../snapshot-id.ts";
import { requireSpace } from "./disk-space.ts";
import { IntentFile } from "./intent.ts";
import { readFileContent, type Transfer, unpackSnapshotFile, writeSnapshotFile } from "./snapshot-file.ts";
import { SnapshotFolder } from "./snapshot-folder.ts";
import { holdStill, letRun } from "./still.ts";
import { findStores, type VolumeStore } from "./stores.ts";
import { VolumeWork } from "./volume-work.ts";

export interface DockerKeeperOptions {
  readonly docker: Docker;
  readonly name: StackName;
  /** Where the data snapshots of this stack are kept. */
  readonly folder: string;
}

/** A data snapshot and the store that it goes into. */
interface Pair {
  readonly store: VolumeStore;
  readonly snapshot: DataSnapshot;
}

/** Keeps the data volumes of a stack on Docker: each data snapshot is a tar archive beside the state. */
export class DockerKeeper implements DataKeeper {
  private readonly docker: Docker;
  private readonly name: StackName;
  private readonly folder: string;
  private readonly snapshots: SnapshotFolder;
  private readonly intent: IntentFile;
  private readonly volumes: VolumeWork;

  constructor({ docker, name, folder }: DockerKeeperOptions) {
    this.docker = docker;
    this.name = name;
    this.folder = folder;
    this.snapshots = new SnapshotFolder(join(folder, "snapshots"));
    this.intent = new IntentFile(join(folder, "intent.json"));
    this.volumes = new VolumeWork(docker, name);
  }

  async stores(): Promise<string[]> {
    return (await this.find()).map(({ role }) => role);
  }

  async list(): Promise<DataSnapshot[]> {
    return this.snapshots.list();
  }

  async remove(snapshots: readonly DataSnapshot[]): Promise<void> {
    await this.alone(async () => {
      for (const snapshot of snapshots) this.snapshots.remove(snapshot);
    });
  }

  async mend(work: DataWork = {}): Promise<string[]> {
    return await this.alone(() => this.mendAlone(work));
  }

  async takeSnapshot({ label, ...work }: TakeSnapshot): Promise<DataSnapshot[]> {
    return await this.alone(async () => {
      await this.mendAlone(work);
      const stores = await this.find();
      const sizes = await inParallel(stores, async (store) => ({
        store,
        size: await this.volumes.measure(store),
      }));
      const used = sizes.map(({ size }) => size.used).reduce((sum, size) => sum + size, 0);
      const disk = await statfs(this.snapshots.path);
      requireSpace({ where: this.snapshots.path, needed: used, free: disk.bavail * disk.bsize });
      const at = new Date();
      const id = newSnapshotId(at, label);
      this.intent.write({ kind: "snapshot", id });
      try {
        return await this.copyStill(
          { id, at, sizes: new Map(sizes.map(({ store, size }) => [store, size.used])) },
          work,
        );
      } finally {
        await this.mendAlone(work);
      }
    }, work.signal);
  }

  async restore(snapshots: readonly DataSnapshot[], work: DataWork = {}): Promise<void> {
    await this.alone(async () => {
      await this.mendAlone(work);
      const pairs = pairUp(snapshots, await this.find());
      for (const pair of pairs) await this.verify(pair, work);
      for (const { store, snapshot } of pairs) {
        const { free } = await this.volumes.measure(store);
        requireSpace({ where: `the volume of ${store.role}`, needed: snapshot.bytes ?? 0, free });
      }
      const roles = pairs.map(({ store }) => store.role);
      this.intent.write({ kind: "restore", stores: roles, phase: "unpacking" });
      try {
        await inParallel(pairs, (pair) => this.unpack(pair, work));
        this.intent.write({ kind: "restore", stores: roles, phase: "switching" });
      } finally {
        await this.mendAlone(work);
      }
    }, work.signal);
  }

  /** All stores stand still together, so that their copies are of one moment. */
  private async copyStill(
    what: { readonly id: string; readonly at: Date; readonly sizes: ReadonlyMap<VolumeStore, number> },
    work: DataWork,
  ): Promise<DataSnapshot[]> {
    const { id, at, sizes } = what;
    const stores = [...sizes.keys()];
    const fileOf = this.snapshots.begin(id);
    await inParallel(stores, (store) => {
      report(work, store, {
        action: "snapshot",
        message: store.stillness === "stop" ? "stopping" : "pausing",
      });
      return holdStill(this.docker, store, store.stillness);
    });
    const copies = await inParallel(stores, async (store): Promise<DataSnapshot> => {
      const transfer = transferOf(work, store, {
        action: "snapshot",
        message: "copying",
        total: sizes.get(store),
      });
      const content = await writeSnapshotFile(this.docker, store, { ...transfer, file: fileOf(store.role) });
      return { store: store.role, kind: "docker-volume", id, at: at.toISOString(), ...content };
    });
    this.snapshots.finish(id, copies);
    return copies;
  }

  private async verify({ store, snapshot }: Pair, work: DataWork): Promise<void> {
    if (!this.snapshots.has(snapshot)) {
      throw new UserError("snapshot-missing", `there is no data snapshot ${snapshot.id} of ${store.role}`, {
        help: `./infra data ${this.name.stack} list shows those that there are`,
      });
    }
    const total = snapshot.bytes;
    const transfer = transferOf(work, store, { action: "restore", message: "verifying", total });
    const { sha256 } = await readFileContent(this.snapshots.fileOf(snapshot), transfer);
    if (sha256 !== snapshot.sha256) {
      throw new UserError(
        "snapshot-damaged",
        `the data snapshot ${snapshot.id} of ${store.role} is not what was taken: its SHA-256 is ${sha256}`,
        { help: "take another data snapshot, or restore its file from a backup" },
      );
    }
  }

  private async unpack({ store, snapshot }: Pair, work: DataWork): Promise<void> {
    report(work, store, { action: "restore", message: "stopping" });
    await holdStill(this.docker, store, "stop");
    await this.volumes.prepare(store);
    const transfer = transferOf(work, store, {
      action: "restore",
      message: "unpacking",
      total: snapshot.bytes,
    });
    await unpackSnapshotFile(this.docker, store, { ...transfer, file: this.snapshots.fileOf(snapshot) });
  }

  /** Brings what the intent says to its end, in whatever state it is: every store runs afterwards. */
  private async mendAlone(work: DataWork): Promise<string[]> {
    const intent = this.intent.find();
    if (intent === undefined) return [];
    const all = await this.find();
    if (intent.kind === "snapshot") {
      this.snapshots.abandon(intent.id);
      await this.letAllRun(all, { action: intent.kind, work });
      this.intent.clear();
      return [`the data snapshot ${intent.id} was broken off: its stores run again`];
    }
    const stores = all.filter(({ role }) => intent.stores.includes(role));
    const finish = intent.phase === "switching";
    await inParallel(stores, (store) => {
      report(work, store, { action: "restore", message: finish ? "putting into place" : "undoing" });
      return this.settle(store, finish);
    });
    await this.letAllRun(stores, { action: intent.kind, work });
    this.intent.clear();
    return [`a restore was broken off: it is ${finish ? "finished" : "undone"}, and its stores run again`];
  }

  private async settle(store: VolumeStore, finish: boolean): Promise<void> {
    await holdStill(this.docker, store, "stop");
    await (finish ? this.volumes.switch(store) : this.volumes.discard(store));
  }

  private async letAllRun(
    stores: readonly VolumeStore[],
    { action, work }: { readonly action: DataProgress["action"]; readonly work: DataWork },
  ): Promise<void> {
    await inParallel(stores, (store) => {
      report(work, store, { action, message: "starting" });
      return letRun(this.docker, store);
    });
  }

  private async find(): Promise<VolumeStore[]> {
    const stores = await findStores(this.docker, this.name);
    if (stores.length > 0) return stores;
    const { stack } = this.name;
    throw new UserError("no-stores", `stack ${stack} has no stores here: it is not up`, {
      help: `./infra up ${stack}`,
    });
  }

  private async alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await withLock(join(this.folder, "lock"), work);
    } catch (error) {
      if (signal?.aborted !== true || error instanceof UserError) throw error;
      throw new UserError("interrupted", "interrupted: the stores run with the data that they had", {
        cause: error,
      });
    }
  }
}

/** @throws UserError `store-missing` */
function pairUp(snapshots: readonly DataSnapshot[], stores: readonly VolumeStore[]): Pair[] {
  return snapshots.map((snapshot) => {
    const store = stores.find(({ role }) => role === snapshot.store);
    if (store !== undefined) return { store, snapshot };
    throw new UserError(
      "store-missing",
      `the stack has no store called ${snapshot.store} for its data snapshot`,
      {
        help: `its stores: ${stores.map(({ role }) => role).join(", ")}`,
      },
    );
  });
}

type Told = Pick<DataProgress, "action" | "message"> & { readonly total?: number | undefined };

function report(work: DataWork, store: VolumeStore, { action, message, total }: Told, bytes?: number): void {
  work.onProgress?.({
    store: store.role,
    action,
    message,
    ...(bytes !== undefined && { bytes }),
    ...(total !== undefined && { total }),
  });
}

function transferOf(work: DataWork, store: VolumeStore, told: Told): Transfer {
  return {
    onBytes: (bytes) => report(work, store, told, bytes),
    signal: work.signal ?? new AbortController().signal,
  };
}

/** Waits for all even where one fails, so that nothing goes on behind the back of what comes next. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const settled = await Promise.allSettled(items.map(work));
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
