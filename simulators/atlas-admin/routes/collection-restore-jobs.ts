import { type CollectionRestoreBody, collectionRestoreBody } from "../bodies/backup.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getCluster, getRow, shown } from "./rows.ts";
import { getSnapshot } from "./snapshots.ts";

const VERSION = "2025-03-12";
const JOBS = "/groups/{groupId}/clusters/{clusterName}/collectionRestoreJobs";
const MANAGER = ["GROUP_BACKUP_MANAGER"];

export const collectionRestoreJobRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: JOBS,
    version: VERSION,
    roles: MANAGER,
    handle: (call) => {
      const place = keyOf(call.groupId, call.param("clusterName"));
      return call.page(call.simulation.table("collectionRestoreJobs").below(place).map(shown));
    },
  }),
  route({
    method: "POST",
    path: JOBS,
    version: VERSION,
    status: 201,
    roles: ["GROUP_BACKUP_RECOVERY_OPERATOR"],
    body: collectionRestoreBody,
    handle: createJob,
  }),
  route({
    method: "GET",
    path: `${JOBS}/{jobId}`,
    version: VERSION,
    roles: MANAGER,
    handle: (call) => {
      const id = call.param("jobId");
      const row = getRow(call.simulation, {
        table: "collectionRestoreJobs",
        key: keyOf(call.groupId, call.param("clusterName"), id),
        otherwise: "RESOURCE_NOT_FOUND",
        parameters: [id],
      });
      return shown(row);
    },
  }),
];

async function createJob(call: Call<CollectionRestoreBody>): Promise<Json> {
  const { simulation, groupId, body } = call;
  const name = call.param("clusterName");
  const { snapshotId } = body;
  if (snapshotId === undefined) throw new AtlasFailure("MISSING_ATTRIBUTE", ["snapshotId"]);
  const snapshot = getSnapshot(simulation, { groupId, name, id: snapshotId });
  if (snapshot["status"] !== "completed") {
    throw new AtlasFailure("SNAPSHOT_NOT_READY", [snapshotId, textAt(snapshot, "status")]);
  }
  if ((body.collections ?? []).length + (body.databases ?? []).length === 0) {
    throw new AtlasFailure("MISSING_ATTRIBUTE", ["collections"]);
  }
  const target = getCluster(simulation, body.targetGroupId, body.targetClusterName);
  const id = simulation.newId();
  const job: Json = {
    ...body,
    createdAt: simulation.clock.stamp(),
    id,
    state: "QUEUED",
    $target: textAt(target, "id"),
  };
  return shown(await simulation.begin("collectionRestoreJobs", keyOf(groupId, name, id), job));
}
