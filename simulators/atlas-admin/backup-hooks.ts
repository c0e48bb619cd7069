import type { CollectionCopy } from "./data-plane/data-plane.ts";
import { type Json, listAt, textAt } from "./json.ts";
import { GONE } from "./machines.ts";
import type { Hook, Simulation } from "./simulation.ts";
import { keyOf } from "./state.ts";

/** Data snapshots and restores act on the real documents, at the end of their time. */
export const backupHooks: readonly Hook[] = [
  {
    machine: "snapshots",
    state: "completed",
    run: async ({ dataPlane }, _key, snapshot) => {
      const size = await dataPlane.takeSnapshot(textAt(snapshot, "$clusterId"), textAt(snapshot, "id"));
      snapshot["storageSizeBytes"] = size;
    },
  },
  {
    machine: "snapshots",
    state: GONE,
    run: ({ dataPlane }, _key, snapshot) => dataPlane.removeSnapshot(textAt(snapshot, "id")),
  },
  {
    machine: "restoreJobs",
    state: "finished",
    run: async ({ clock, dataPlane }, _key, job) => {
      if (job["deliveryType"] === "download") {
        job["deliveryUrl"] = [`https://restore.invalid/${textAt(job, "id")}.tar.gz`];
      } else {
        await dataPlane.restore(textAt(job, "$snapshot"), textAt(job, "$target"));
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
    state: "COMPLETED",
    run: async ({ clock, dataPlane }, _key, job) => {
      const snapshot = textAt(job, "snapshotId");
      const copies = await copiesOf(job, () => dataPlane.collectionsOf(snapshot));
      await dataPlane.restoreCollections(snapshot, textAt(job, "$target"), copies);
      job["finishedAt"] = clock.stamp();
    },
  },
  {
    machine: "flexClusters",
    state: "IDLE",
    // A flex cluster is backed up daily; the first copy is made when it becomes ready for the first time.
    run: async (simulation, key, cluster) => {
      if (simulation.table("flexSnapshots").below(key).length === 0)
        await beginFlexSnapshot(simulation, key, cluster);
    },
  },
  {
    machine: "flexSnapshots",
    state: "COMPLETED",
    run: async ({ clock, dataPlane }, _key, snapshot) => {
      await dataPlane.takeSnapshot(textAt(snapshot, "$clusterId"), textAt(snapshot, "id"));
      snapshot["finishTime"] = clock.stamp();
    },
  },
  {
    machine: "flexRestoreJobs",
    state: "COMPLETED",
    run: async ({ clock, dataPlane }, _key, job) => {
      await dataPlane.restore(textAt(job, "snapshotId"), textAt(job, "$target"));
      job["restoreFinishedDate"] = clock.stamp();
    },
  },
];

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
