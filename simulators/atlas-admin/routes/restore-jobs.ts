import { type RestoreBody, restoreBody } from "../bodies/backup.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getBackedUpCluster } from "./backup-schedules.ts";
import { getCluster, getRow, shown } from "./rows.ts";
import { getSnapshot } from "./snapshots.ts";

const VERSION = "2023-01-01";
const JOBS = "/groups/{groupId}/clusters/{clusterName}/backup/restoreJobs";
const JOB = `${JOBS}/{restoreJobId}`;
const MANAGER = ["GROUP_BACKUP_MANAGER"];
const OPERATORS = ["GROUP_BACKUP_EXPORT_OPERATOR", "GROUP_BACKUP_RECOVERY_OPERATOR"];
const DOWNLOAD_MS = 4 * 3_600_000;

export const restoreJobRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: JOBS,
    version: VERSION,
    roles: MANAGER,
    handle: (call) => {
      const place = keyOf(call.groupId, call.param("clusterName"));
      return call.page(call.simulation.table("restoreJobs").below(place).map(shown));
    },
  }),
  route({
    method: "POST",
    path: JOBS,
    version: VERSION,
    roles: OPERATORS,
    body: restoreBody,
    handle: createJob,
  }),
  route({ method: "GET", path: JOB, version: VERSION, roles: MANAGER, handle: (call) => shown(jobAt(call)) }),
  route({
    method: "DELETE",
    path: JOB,
    version: VERSION,
    status: 204,
    roles: OPERATORS,
    handle: async (call) => {
      const job = jobAt(call);
      const id = textAt(job, "id");
      if (job["$state"] !== "running") throw new AtlasFailure("RESTORE_JOB_NOT_CANCELLABLE", [id]);
      await call.simulation.move("restoreJobs", jobKey(call), "cancelled");
    },
  }),
];

async function createJob(call: Call<RestoreBody>): Promise<Json> {
  const { simulation, groupId, body } = call;
  const name = call.param("clusterName");
  const source = body.deliveryType === "pointInTime" ? pointInTimeOf(call) : snapshotOf(call);
  const target = body.deliveryType === "download" ? {} : targetOf(call);
  const id = simulation.newId();
  const job: Json = {
    ...body,
    ...target,
    cancelled: false,
    components: [],
    deliveryUrl: [],
    expired: false,
    expiresAt: simulation.clock.stamp(DOWNLOAD_MS),
    failed: false,
    id,
    links: [],
    ...source,
    $state: "running",
  };
  return shown(await simulation.begin("restoreJobs", keyOf(groupId, name, id), job));
}

/** The data snapshot to restore, which is complete. */
function snapshotOf(call: Call<RestoreBody>): Json {
  const id = call.body.snapshotId;
  if (id === undefined) throw new AtlasFailure("MISSING_ATTRIBUTE", ["snapshotId"]);
  const snapshot = getSnapshot(call.simulation, {
    groupId: call.groupId,
    name: call.param("clusterName"),
    id,
  });
  if (snapshot["status"] !== "completed") {
    throw new AtlasFailure("SNAPSHOT_NOT_READY", [id, textAt(snapshot, "status")]);
  }
  return { timestamp: textAt(snapshot, "createdAt"), $snapshot: id };
}

/** The newest data snapshot that is not younger than the wanted moment: documents written since are not there. */
function pointInTimeOf(call: Call<RestoreBody>): Json {
  const { simulation, groupId, body } = call;
  const name = call.param("clusterName");
  const cluster = getBackedUpCluster(simulation, groupId, name);
  if (cluster["pitEnabled"] !== true) throw new AtlasFailure("POINT_IN_TIME_NOT_ENABLED", [name]);
  const seconds = body.pointInTimeUTCSeconds ?? body.oplogTs;
  if (seconds === undefined) throw new AtlasFailure("MISSING_ATTRIBUTE", ["pointInTimeUTCSeconds"]);
  const older = simulation
    .table("snapshots")
    .below(keyOf(groupId, name))
    .filter(
      ({ status, createdAt }) => status === "completed" && Date.parse(String(createdAt)) <= seconds * 1000,
    );
  const newest = older.at(-1);
  if (newest === undefined) throw new AtlasFailure("SNAPSHOT_NOT_FOUND", [String(seconds), name]);
  return { timestamp: new Date(seconds * 1000).toISOString(), $snapshot: textAt(newest, "id") };
}

function targetOf({ simulation, body }: Call<RestoreBody>): Json {
  const { targetGroupId, targetClusterName } = body;
  if (targetGroupId === undefined || targetClusterName === undefined) {
    const missing = targetGroupId === undefined ? "targetGroupId" : "targetClusterName";
    throw new AtlasFailure("MISSING_ATTRIBUTE", [missing]);
  }
  const target = getCluster(simulation, targetGroupId, targetClusterName);
  if (target["paused"] === true) throw new AtlasFailure("CANNOT_UPDATE_PAUSED_CLUSTER", [targetClusterName]);
  return { $target: textAt(target, "id") };
}

function jobKey(call: Call): string {
  return keyOf(call.groupId, call.param("clusterName"), call.param("restoreJobId"));
}

function jobAt(call: Call): Json {
  return getRow(call.simulation, {
    table: "restoreJobs",
    key: jobKey(call),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [call.param("restoreJobId")],
  });
}
