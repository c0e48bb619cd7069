import { type FlexRestoreBody, flexRestoreBody } from "../bodies/backup.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf, type TableName } from "../state.ts";
import { getFlexCluster } from "./flex-clusters.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2024-11-13";
const BACKUP = "/groups/{groupId}/flexClusters/{name}/backup";
const READER = ["GROUP_READ_ONLY"];

export const flexBackupRoutes: readonly Route[] = [
  listRoute("snapshots", "flexSnapshots"),
  oneRoute("snapshots/{snapshotId}", "flexSnapshots", "snapshotId"),
  listRoute("restoreJobs", "flexRestoreJobs"),
  oneRoute("restoreJobs/{restoreJobId}", "flexRestoreJobs", "restoreJobId"),
  route({
    method: "POST",
    path: `${BACKUP}/restoreJobs`,
    version: VERSION,
    roles: ["GROUP_BACKUP_RECOVERY_OPERATOR"],
    body: flexRestoreBody,
    handle: createJob,
  }),
];

function listRoute(end: string, table: TableName): Route {
  return route({
    method: "GET",
    path: `${BACKUP}/${end}`,
    version: VERSION,
    roles: READER,
    handle: (call) => {
      const name = call.param("name");
      getFlexCluster(call.simulation, call.groupId, name);
      return call.page(call.simulation.table(table).below(keyOf(call.groupId, name)).map(shown));
    },
  });
}

function oneRoute(end: string, table: TableName, parameter: string): Route {
  return route({
    method: "GET",
    path: `${BACKUP}/${end}`,
    version: VERSION,
    roles: READER,
    handle: (call) => {
      const [name, id] = [call.param("name"), call.param(parameter)];
      getFlexCluster(call.simulation, call.groupId, name);
      const otherwise = table === "flexSnapshots" ? "SNAPSHOT_NOT_FOUND" : "RESOURCE_NOT_FOUND";
      const key = keyOf(call.groupId, name, id);
      return shown(getRow(call.simulation, { table, key, otherwise, parameters: [id, name] }));
    },
  });
}

async function createJob(call: Call<FlexRestoreBody>): Promise<Json> {
  const { simulation, groupId, body } = call;
  const name = call.param("name");
  getFlexCluster(simulation, groupId, name);
  const { snapshotId, targetDeploymentItemName, targetProjectId = groupId } = body;
  const snapshot = getRow(simulation, {
    table: "flexSnapshots",
    key: keyOf(groupId, name, snapshotId),
    otherwise: "SNAPSHOT_NOT_FOUND",
    parameters: [snapshotId, name],
  });
  if (snapshot["status"] !== "COMPLETED") {
    throw new AtlasFailure("SNAPSHOT_NOT_READY", [snapshotId, textAt(snapshot, "status")]);
  }
  const target = getFlexCluster(simulation, targetProjectId, targetDeploymentItemName);
  const id = simulation.newId();
  const job: Json = {
    deliveryType: "RESTORE",
    id,
    instanceName: name,
    links: [],
    projectId: groupId,
    restoreScheduledDate: simulation.clock.stamp(),
    snapshotFinishedDate: textAt(snapshot, "finishTime"),
    snapshotId,
    status: "QUEUED",
    targetDeploymentItemName,
    targetProjectId,
    $target: textAt(target, "id"),
  };
  return shown(await simulation.begin("flexRestoreJobs", keyOf(groupId, name, id), job));
}
