import type { DataSnapshot } from "../../../contracts/release.ts";
import { UserError } from "../../errors.ts";
import type { DataWork } from "../keeper.ts";
import type { CloudStore } from "./cloud-keeper.ts";
import { type Patience, pollUntil } from "./poll.ts";
import type { Json, VendorApi } from "./vendor-api.ts";

export interface AuraStoreOptions {
  readonly api: VendorApi;
  readonly instanceId: string;
  readonly patience: Patience;
}

/** The graph database of the cloud: data snapshots of an AuraDB instance. Aura's API cannot delete them: they expire. */
export class AuraStore implements CloudStore {
  readonly store = "graph";
  private readonly options: AuraStoreOptions;
  private readonly path: string;

  constructor(options: AuraStoreOptions) {
    this.options = options;
    this.path = `v1/instances/${encodeURIComponent(options.instanceId)}`;
  }

  async take(work: DataWork): Promise<DataSnapshot> {
    const asked = await this.options.api.call({ method: "POST", path: `${this.path}/snapshots` });
    const id = String(dataOf(asked)["snapshot_id"]);
    const told = { store: this.store, action: "snapshot", message: "Aura copies" } as const;
    let taken: Json = {};
    await pollUntil(told, { patience: this.options.patience, work }, async () => {
      taken = dataOf(await this.options.api.call({ method: "GET", path: `${this.path}/snapshots/${id}` }));
      if (taken["status"] === "Failed") {
        throw new UserError("snapshot-failed", `Aura could not take the data snapshot ${id}`, {
          help: "run the same command again",
        });
      }
      return taken["status"] === "Completed";
    });
    return toSnapshot(taken);
  }

  async check({ id }: DataSnapshot): Promise<void> {
    const path = `${this.path}/snapshots/${encodeURIComponent(id)}`;
    const found = await this.options.api.find({ method: "GET", path });
    if (found !== undefined && dataOf(found)["status"] === "Completed") return;
    throw new UserError("snapshot-missing", `Aura has no complete data snapshot ${id}`, {
      help: "./infra data STACK list shows those that there are",
    });
  }

  async restore({ id }: DataSnapshot, work: DataWork): Promise<void> {
    const path = `${this.path}/snapshots/${encodeURIComponent(id)}/restore`;
    await this.options.api.call({ method: "POST", path });
    const told = { store: this.store, action: "restore", message: "Aura restores" } as const;
    await pollUntil(told, { patience: this.options.patience, work }, async () => {
      const { status } = dataOf(await this.options.api.call({ method: "GET", path: this.path }));
      return status === "running";
    });
  }

  /** Nothing to do: they expire. */
  async remove(): Promise<void> {}

  async list(): Promise<DataSnapshot[]> {
    const { data } = await this.options.api.call({ method: "GET", path: `${this.path}/snapshots` });
    return (data as Json[])
      .filter(({ profile, status }) => profile === "AdHoc" && status === "Completed")
      .map(toSnapshot);
  }
}

function dataOf(answer: Json): Json {
  return answer["data"] as Json;
}

function toSnapshot({ snapshot_id, timestamp }: Json): DataSnapshot {
  const at = new Date(String(timestamp)).toISOString();
  return { store: "graph", kind: "aura", id: String(snapshot_id), at };
}
