import { snapshotBody, snapshotChange } from "../bodies/backup.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, listAt, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { getBackedUpCluster } from "./backup-schedules.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2023-01-01";
const SNAPSHOTS = "/groups/{groupId}/clusters/{clusterName}/backup/snapshots";
const SNAPSHOT = `${SNAPSHOTS}/{snapshotId}`;
const READER = ["GROUP_READ_ONLY"];
const MANAGER = ["GROUP_BACKUP_MANAGER"];
const DAY_MS = 86_400_000;
const DAYS = { DAYS: 1, WEEKS: 7, MONTHS: 30, YEARS: 365 } as const;

export const snapshotRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: SNAPSHOTS,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(snapshotsBelow(call).map(shown)),
  }),
  route({
    method: "POST",
    path: SNAPSHOTS,
    version: VERSION,
    roles: ["GROUP_BACKUP_CREATOR"],
    body: snapshotBody,
    handle: async (call) => {
      const { simulation, groupId, body } = call;
      const name = call.param("clusterName");
      const cluster = getBackedUpCluster(simulation, groupId, name);
      if (["CREATING", "DELETING"].includes(textAt(cluster, "stateName"))) {
        throw new AtlasFailure("BACKUP_CONFIG_NOT_FOUND", [name, groupId]);
      }
      const id = simulation.newId();
      const row = newSnapshot(simulation, cluster, { id, ...body });
      return shown(await simulation.begin("snapshots", keyOf(groupId, name, id), row));
    },
  }),
  route({
    method: "GET",
    path: SNAPSHOT,
    version: VERSION,
    roles: READER,
    handle: (call) => shown(snapshotAt(call)),
  }),
  route({
    method: "PATCH",
    path: SNAPSHOT,
    version: VERSION,
    roles: MANAGER,
    body: snapshotChange,
    handle: (call) => {
      const snapshot = snapshotAt(call);
      const days = DAYS[call.body.retentionUnit] * call.body.retentionValue;
      snapshot["expiresAt"] = new Date(
        Date.parse(textAt(snapshot, "createdAt")) + days * DAY_MS,
      ).toISOString();
      return shown(snapshot);
    },
  }),
  route({
    method: "DELETE",
    path: SNAPSHOT,
    version: VERSION,
    status: 204,
    roles: MANAGER,
    handle: async (call) => {
      const id = textAt(snapshotAt(call), "id");
      await call.simulation.move("snapshots", keyOf(call.groupId, call.param("clusterName"), id), "gone");
    },
  }),
];

function newSnapshot(
  simulation: Simulation,
  cluster: Json,
  {
    id,
    description,
    retentionInDays,
  }: { id: string; description?: string | undefined; retentionInDays?: number | undefined },
): Json {
  const [spec] = listAt(cluster, "replicationSpecs");
  const [config] = listAt(spec ?? {}, "regionConfigs");
  const isReplicaSet = cluster["clusterType"] === "REPLICASET";
  return {
    cloudProvider: textAt(config ?? {}, "providerName"),
    copyRegions: [],
    createdAt: simulation.clock.stamp(),
    description: description ?? "",
    expiresAt: simulation.clock.stamp((retentionInDays ?? 1) * DAY_MS),
    frequencyType: "ondemand",
    id,
    links: [],
    mongodVersion: textAt(cluster, "mongoDBVersion"),
    policyItems: [],
    ...(isReplicaSet ? { replicaSetName: textAt(cluster, "name") } : {}),
    snapshotType: "onDemand",
    status: "queued",
    storageSizeBytes: 0,
    type: isReplicaSet ? "replicaSet" : "shardedCluster",
    $clusterId: textAt(cluster, "id"),
  };
}

/** Data snapshots outlive their cluster where that was wanted. */
function snapshotsBelow(call: Call): Json[] {
  return call.simulation.table("snapshots").below(keyOf(call.groupId, call.param("clusterName")));
}

function snapshotAt(call: Call<unknown>): Json {
  const [name, id] = [call.param("clusterName"), call.param("snapshotId")];
  return getSnapshot(call.simulation, { groupId: call.groupId, name, id });
}

export interface SnapshotPlace {
  readonly groupId: string;
  /** Of the cluster that it was taken from. */
  readonly name: string;
  readonly id: string;
}

/** @throws AtlasFailure */
export function getSnapshot(simulation: Simulation, { groupId, name, id }: SnapshotPlace): Json {
  return getRow(simulation, {
    table: "snapshots",
    key: keyOf(groupId, name, id),
    otherwise: "SNAPSHOT_NOT_FOUND",
    parameters: [id, name],
  });
}
