import type { z } from "zod";
import { type ClusterBody, type ClusterChange, clusterBody, clusterChange } from "../bodies/cluster.ts";
import { checkMajorVersion, checkTopology } from "../clusters/check-cluster.ts";
import { changeCluster, describeCluster } from "../clusters/describe-cluster.ts";
import { olderCluster } from "../clusters/older-shape.ts";
import { checkPause } from "../clusters/pause.ts";
import { provideContainers } from "../clusters/provide-containers.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { limitOf } from "./project-settings.ts";
import { getCluster, shown } from "./rows.ts";

const CLUSTERS = "/groups/{groupId}/clusters";
const CLUSTER = `${CLUSTERS}/{clusterName}`;
const READER = ["GROUP_READ_ONLY"];
const CLUSTER_LIMIT = "atlas.project.deployment.clusters";

export const CHANGERS = [
  "GROUP_CLUSTER_MANAGER",
  "GROUP_CLUSTER_RESILIENCE_TESTER",
  "GROUP_REPLICA_SET_MANAGER",
];

export const clusterRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: CLUSTERS,
    version: "2024-08-05",
    roles: READER,
    handle: (call) => call.page(call.simulation.table("clusters").below(call.groupId).map(shown)),
  }),
  route({
    method: "POST",
    path: CLUSTERS,
    version: "2024-10-23",
    status: 201,
    roles: ["GROUP_CLUSTER_CREATOR"],
    body: clusterBody as z.ZodType<ClusterBody>,
    handle: createCluster,
  }),
  route({
    method: "GET",
    path: CLUSTER,
    version: "2024-08-05",
    older: { version: "2023-02-01", show: olderCluster },
    roles: READER,
    handle: (call) => shown(getCluster(call.simulation, call.groupId, call.param("clusterName"))),
  }),
  route({
    method: "PATCH",
    path: CLUSTER,
    version: "2024-10-23",
    roles: CHANGERS,
    body: clusterChange as z.ZodType<ClusterChange>,
    handle: updateCluster,
  }),
  route({
    method: "DELETE",
    path: CLUSTER,
    version: "2023-02-01",
    status: 202,
    roles: ["GROUP_OWNER"],
    handle: deleteCluster,
  }),
];

/** @throws AtlasFailure where the name is taken, not allowed, or one too many */
export function checkNewCluster(simulation: Simulation, groupId: string, name: string): void {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/.test(name)) throw new AtlasFailure("INVALID_CLUSTER_NAME", [name]);
  const key = keyOf(groupId, name);
  const tables = [simulation.table("clusters"), simulation.table("flexClusters")];
  if (tables.some((table) => table.find(key) !== undefined)) {
    throw new AtlasFailure("DUPLICATE_CLUSTER_NAME", [name, groupId]);
  }
  const { value } = limitOf(simulation, groupId, CLUSTER_LIMIT);
  const count = tables.reduce((sum, table) => sum + table.below(groupId).length, 0);
  if (count >= value) throw new AtlasFailure("CLUSTER_LIMIT_REACHED", [groupId, String(value)]);
}

async function createCluster({ simulation, groupId, body }: Call<ClusterBody>): Promise<Json> {
  checkNewCluster(simulation, groupId, body.name);
  checkTopology(body.clusterType, body.replicationSpecs);
  const version = body.mongoDBMajorVersion;
  const asked = version === undefined ? body : { ...body, mongoDBMajorVersion: checkMajorVersion(version) };
  const cluster = describeCluster(simulation, groupId, asked);
  provideContainers(simulation, cluster);
  await simulation.begin("clusters", keyOf(groupId, body.name), cluster);
  return shown(cluster);
}

async function updateCluster(call: Call<ClusterChange>): Promise<Json> {
  const { simulation, groupId, body } = call;
  const name = call.param("clusterName");
  const cluster = getCluster(simulation, groupId, name);
  if (cluster["stateName"] === "DELETING")
    throw new AtlasFailure("CLUSTER_ALREADY_REQUESTED_DELETION", [name]);
  const protection = body.terminationProtectionEnabled;
  if (protection !== undefined && protection !== cluster["terminationProtectionEnabled"]) {
    call.require(["GROUP_OWNER"]);
  }
  checkPause(simulation, cluster, body);
  if (body.replicationSpecs !== undefined) {
    checkTopology(body.clusterType ?? textAt(cluster, "clusterType"), body.replicationSpecs);
  }
  const version = body.mongoDBMajorVersion;
  const current = textAt(cluster, "mongoDBMajorVersion");
  const wanted =
    version === undefined ? body : { ...body, mongoDBMajorVersion: checkMajorVersion(version, current) };
  changeCluster(simulation, cluster, wanted);
  provideContainers(simulation, cluster);
  await beginUpdate(simulation, groupId, name);
  return shown(cluster);
}

/** The cluster is being changed; one that is being created stays so. */
export async function beginUpdate(simulation: Simulation, groupId: string, name: string): Promise<void> {
  const cluster = getCluster(simulation, groupId, name);
  if (["IDLE", "UPDATING"].includes(textAt(cluster, "stateName"))) {
    await simulation.move("clusters", keyOf(groupId, name), "UPDATING");
  }
}

async function deleteCluster(call: Call): Promise<Json> {
  const { simulation, groupId, query } = call;
  const name = call.param("clusterName");
  const cluster = getCluster(simulation, groupId, name);
  if (cluster["terminationProtectionEnabled"] === true) {
    throw new AtlasFailure("CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED", [name]);
  }
  if (cluster["stateName"] === "DELETING")
    throw new AtlasFailure("CLUSTER_ALREADY_REQUESTED_DELETION", [name]);
  if (simulation.table("outages").find(keyOf(groupId, name)) !== undefined) {
    throw new AtlasFailure("CANNOT_TERMINATE_CLUSTER_WITH_UNDERGOING_REGIONAL_OUTAGE_SIMULATION", [name]);
  }
  cluster["$retainBackups"] = query.get("retainBackups") === "true";
  await simulation.move("clusters", keyOf(groupId, name), "DELETING");
  return {};
}
