import { jsonAt, textAt } from "../json.ts";
import { GONE } from "../machines.ts";
import type { Hook, Simulation } from "../simulation.ts";
import type { TableName } from "../state.ts";
import { connectionStringsOf } from "./connection-strings.ts";

/** What belongs to a cluster and goes with it; data snapshots are asked about. */
const PARTS: readonly TableName[] = [
  "processArgs",
  "backupSchedules",
  "restoreJobs",
  "collectionRestoreJobs",
  "searchIndexes",
  "searchDeployments",
  "rollingIndexes",
];

export const clusterHooks: readonly Hook[] = [
  {
    machine: "clusters",
    state: "IDLE",
    run: async ({ dataPlane }, _key, cluster) => {
      const strings = jsonAt(cluster, "connectionStrings");
      cluster["connectionStrings"] = { ...strings, ...connectionStringsOf(cluster) };
      const id = textAt(cluster, "id");
      if (cluster["paused"] === true) await dataPlane.stop(id);
      else await dataPlane.start(id);
    },
  },
  {
    machine: "clusters",
    state: GONE,
    run: async (simulation, key, cluster) => {
      for (const table of PARTS) {
        simulation.table(table).removeBelow(key);
        simulation.table(table).remove(key);
      }
      await simulation.dataPlane.remove(textAt(cluster, "id"));
      if (cluster["$retainBackups"] !== true) await forgetSnapshots(simulation, key, "snapshots");
    },
  },
  {
    machine: "flexClusters",
    state: "IDLE",
    run: async ({ dataPlane }, _key, cluster) => {
      cluster["connectionStrings"] = connectionStringsOf(cluster);
      await dataPlane.start(textAt(cluster, "id"));
    },
  },
  {
    machine: "flexClusters",
    state: GONE,
    run: async (simulation, key, cluster) => {
      if (cluster["$upgraded"] === true) return;
      simulation.table("flexRestoreJobs").removeBelow(key);
      await simulation.dataPlane.remove(textAt(cluster, "id"));
      await forgetSnapshots(simulation, key, "flexSnapshots");
    },
  },
];

async function forgetSnapshots(
  simulation: Simulation,
  key: string,
  table: "snapshots" | "flexSnapshots",
): Promise<void> {
  for (const [place, snapshot] of simulation.table(table).entriesBelow(key)) {
    simulation.clock.cancel(table, place);
    simulation.table(table).remove(place);
    await simulation.dataPlane.removeSnapshot(textAt(snapshot, "id"));
  }
}
