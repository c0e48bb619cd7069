import type { CollectionCopy } from "./data-plane/data-plane.ts";
import { type Json, listAt, textAt } from "./json.ts";
import { GONE } from "./machines.ts";
import type { Hook, Simulation } from "./simulation.ts";
import { keyOf } from "./state.ts";

/** Data snapshots and restores act on the real documents, when their work begins. */
export const backupHooks: readonly Hook[] = [
  {
    machine: "snapshots",
    state: "inProgress",
    run: ({ dataPlane }, _key, snapshot) =>
      attempt(snapshot, "failed", async () => {
        const size = await dataPlane.takeSnapshot(textAt(snapshot, "$clusterId"), textAt(snapshot, "id"));
        snapshot["storageSizeBytes"] = size;
      }),
  },
  {
    machine: "snapshots",
    state: GONE,
    run: ({ dataPlane }, _key, snapshot) => dataPlane.removeSnapshot(textAt(snapshot, "id")),
  },
  {
    machine: "restoreJobs",
    state: "running",
    run: ({ dataPlane }, _key, job) =>
      attempt(job, "failed", async () => {
        if (job["deliveryType"] === "download") return;
        await dataPlane.restore(textAt(job, "$snapshot"), textAt(job, "$target"));
      }),
  },
  {
    machine: "restoreJobs",
    state: "finished",
    run: ({ clock }, _key, job) => {
      if (job["deliveryType"] === "download") {
        job["deliveryUrl"] = [`https://restore.invalid/${textAt(job, "id")}.tar.gz`];
      }
      job["finishedAt"] = clock.stamp();
    },
  },
  {
    machine: "restoreJobs",
    state: "failed",
    run: ({ clock }, _key, job) => finish(job, "failed", clock.stamp()),
  },
  {
    machine: "restoreJobs",
    state: "cancelled",
    run: ({ clock }, _key, job) => finish(job, "cancelled", clock.stamp()),
  },
  {
    machine: "collectionRestoreJobs",
    state: "IN_PROGRESS",
    run: ({ dataPlane }, _key, job) =>
      attempt(job, "FAILED", async () => {
        const snapshot = textAt(job, "snapshotId");
        const copies = await copiesOf(job, () => dataPlane.collectionsOf(snapshot));
        await dataPlane.restoreCollections(snapshot, textAt(job, "$target"), copies);
      }),
  },
  ...["COMPLETED", "FAILED"].map(
    (state): Hook => ({
      machine: "collectionRestoreJobs",
      state,
      run: ({ clock }, _key, job) => {
        job["finishedAt"] = clock.stamp();
        if (state === "FAILED") job["errorMessage"] = textAt(job, "$problem") || "the restore failed";
      },
    }),
  ),
  {
    machine: "flexClusters",
    state: "IDLE",
    // A flex cluster is backed up daily; the first copy is made when it becomes ready for the first time.
    run: async (simulation, key, cluster) => {
      const isFirst = simulation.table("flexSnapshots").below(key).length === 0;
      if (isFirst) await beginFlexSnapshot(simulation, key, cluster);
    },
  },
  {
    machine: "flexSnapshots",
    state: "RUNNING",
    run: ({ dataPlane }, _key, snapshot) =>
      attempt(snapshot, "FAILED", async () => {
        await dataPlane.takeSnapshot(textAt(snapshot, "$clusterId"), textAt(snapshot, "id"));
      }),
  },
  {
    machine: "flexSnapshots",
    state: "COMPLETED",
    run: ({ clock }, _key, snapshot) => void Object.assign(snapshot, { finishTime: clock.stamp() }),
  },
  {
    machine: "flexRestoreJobs",
    state: "RUNNING",
    run: ({ dataPlane }, _key, job) =>
      attempt(job, "FAILED", () => dataPlane.restore(textAt(job, "snapshotId"), textAt(job, "$target"))),
  },
  {
    machine: "flexRestoreJobs",
    state: "COMPLETED",
    run: ({ clock }, _key, job) => void Object.assign(job, { restoreFinishedDate: clock.stamp() }),
  },
];

/** Work on documents that fails makes its row fail, when its time is over. */
async function attempt(row: Json, failed: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    row["$next"] = failed;
    row["$problem"] = (error as Error).message;
  }
}

const FLEX_RETENTION_MS = 8 * 86_400_000;

async function beginFlexSnapshot(simulation: Simulation, clusterKey: string, cluster: Json): Promise<void> {
  const { clock } = simulation;
  const id = simulation.newId();
  await simulation.begin("flexSnapshots", `${clusterKey}/${keyOf(id)}`, {
    expiration: clock.stamp(FLEX_RETENTION_MS),
    id,
    links: [],
    mongoDBVersion: textAt(cluster, "mongoDBVersion"),
    scheduledTime: clock.stamp(),
    startTime: clock.stamp(),
    status: "QUEUED",
    $clusterId: textAt(cluster, "id"),
  });
}

function finish(job: Json, flag: string, at: string): void {
  job[flag] = true;
  job["finishedAt"] = at;
}

/** Which collections a job copies where: those that it names, and all of the databases that it names. */
async function copiesOf(job: Json, collections: () => Promise<readonly string[]>): Promise<CollectionCopy[]> {
  const [databaseSuffix, collectionSuffix] = [textAt(job, "databaseSuffix"), textAt(job, "collectionSuffix")];
  const named = listAt(job, "collections").map((each) => ({
    source: textAt(each, "sourceNamespace"),
    target:
      textAt(each, "targetNamespace") ||
      suffixed(textAt(each, "sourceNamespace"), databaseSuffix, collectionSuffix),
  }));
  const all = listAt(job, "databases").length === 0 ? [] : await collections();
  const ofDatabases = listAt(job, "databases").flatMap((each) => {
    const database = textAt(each, "sourceNamespace");
    const target = textAt(each, "targetNamespace") || `${database}${databaseSuffix}`;
    return all
      .filter((collection) => collection.startsWith(`${database}.`))
      .map((source) => ({
        source,
        target: `${target}.${source.slice(database.length + 1)}${collectionSuffix}`,
      }));
  });
  return [...named, ...ofDatabases];
}

function suffixed(namespace: string, databaseSuffix: string, collectionSuffix: string): string {
  const dot = namespace.indexOf(".");
  return `${namespace.slice(0, dot)}${databaseSuffix}.${namespace.slice(dot + 1)}${collectionSuffix}`;
}
