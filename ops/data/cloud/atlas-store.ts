import type { DataSnapshot } from "../../../contracts/release.ts";
import { UserError } from "../../errors.ts";
import type { DataWork, TakeSnapshot } from "../keeper.ts";
import type { CloudStore } from "./cloud-keeper.ts";
import { type Patience, pollUntil } from "./poll.ts";
import type { Json, VendorApi, VendorRequest } from "./vendor-api.ts";

const SNAPSHOTS = "application/vnd.atlas.2023-01-01+json";
const CLUSTERS = "application/vnd.atlas.2024-08-05+json";
/** Begins the description of those that were taken here: others belong to the backup policy, or to somebody. */
const MARK = "infra: ";
/** Atlas deletes it after that, whatever happens here. */
const RETENTION_DAYS = 90;
const PAGE = 500;

export interface AtlasStoreOptions {
  readonly api: VendorApi;
  readonly projectId: string;
  readonly cluster: string;
  readonly patience: Patience;
}

/** The document database of the cloud: data snapshots of an Atlas cluster. */
export class AtlasStore implements CloudStore {
  readonly store = "documents";
  private readonly options: AtlasStoreOptions;

  constructor(options: AtlasStoreOptions) {
    this.options = options;
  }

  async take({ label, ...work }: TakeSnapshot): Promise<DataSnapshot> {
    const description = `${MARK}${label}`;
    const asked = await this.call("POST", "backup/snapshots", {
      description,
      retentionInDays: RETENTION_DAYS,
    });
    const id = String(asked["id"]);
    await this.until(work, { action: "snapshot", message: "Atlas copies" }, async () => {
      const { status } = await this.call("GET", `backup/snapshots/${id}`);
      if (status === "failed") {
        throw new UserError("snapshot-failed", `Atlas could not take the data snapshot ${id}`, {
          help: "the cluster's activity feed says why",
        });
      }
      return status === "completed";
    });
    return toSnapshot(await this.call("GET", `backup/snapshots/${id}`));
  }

  async check({ id }: DataSnapshot): Promise<void> {
    const found = await this.options.api.find(this.request("GET", `backup/snapshots/${id}`));
    if (found?.["status"] === "completed") return;
    throw new UserError("snapshot-missing", `Atlas has no complete data snapshot ${id}`, {
      help: "./infra data STACK list shows those that there are",
    });
  }

  async restore({ id }: DataSnapshot, work: DataWork): Promise<void> {
    const { projectId, cluster } = this.options;
    const job = await this.call("POST", "backup/restoreJobs", {
      deliveryType: "automated",
      snapshotId: id,
      targetClusterName: cluster,
      targetGroupId: projectId,
    });
    const told = { action: "restore", message: "Atlas restores" } as const;
    await this.until(work, told, async () => {
      const { finishedAt, failed } = await this.call("GET", `backup/restoreJobs/${String(job["id"])}`);
      if (failed === true) {
        throw new UserError("restore-failed", `Atlas could not restore the data snapshot ${id}`, {
          help: "the cluster's activity feed says why; restore it again, or another one",
        });
      }
      return typeof finishedAt === "string";
    });
    await this.until(work, told, async () => {
      const cluster = await this.options.api.call({ ...this.request("GET", ""), media: CLUSTERS });
      return cluster["stateName"] === "IDLE";
    });
  }

  async remove({ id }: DataSnapshot): Promise<void> {
    await this.options.api.find(this.request("DELETE", `backup/snapshots/${id}`));
  }

  async list(): Promise<DataSnapshot[]> {
    const { results } = await this.call("GET", `backup/snapshots?itemsPerPage=${PAGE}`);
    return (results as Json[])
      .filter(({ description, status }) => String(description).startsWith(MARK) && status === "completed")
      .map(toSnapshot);
  }

  private async until(
    work: DataWork,
    told: { readonly action: "snapshot" | "restore"; readonly message: string },
    look: () => Promise<boolean>,
  ): Promise<void> {
    await pollUntil({ store: this.store, ...told }, { patience: this.options.patience, work }, look);
  }

  private call(method: VendorRequest["method"], path: string, body?: Json): Promise<Json> {
    return this.options.api.call({ ...this.request(method, path), ...(body && { body }) });
  }

  private request(method: VendorRequest["method"], path: string): VendorRequest {
    const { projectId, cluster } = this.options;
    const base = `api/atlas/v2/groups/${encodeURIComponent(projectId)}/clusters/${encodeURIComponent(cluster)}`;
    return { method, path: path === "" ? base : `${base}/${path}`, media: SNAPSHOTS };
  }
}

function toSnapshot({ id, createdAt, storageSizeBytes }: Json): DataSnapshot {
  return {
    store: "documents",
    kind: "atlas",
    id: String(id),
    at: new Date(String(createdAt)).toISOString(),
    ...(typeof storageSizeBytes === "number" && { bytes: storageSizeBytes }),
  };
}
