import { type FlexClusterBody, flexClusterBody, flexClusterChange } from "../bodies/flex-cluster.ts";
import { DEFAULT_VERSION, FULL_VERSIONS, REGIONS } from "../clusters/offerings.ts";
import { AtlasFailure } from "../errors.ts";
import type { Json } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { checkNewCluster } from "./clusters.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2024-11-13";
const CLUSTERS = "/groups/{groupId}/flexClusters";
const CLUSTER = `${CLUSTERS}/{name}`;
const READER = ["GROUP_READ_ONLY"];
const OWNER = ["GROUP_OWNER"];
const DISK_GB = 5;

export const flexClusterRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: CLUSTERS,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(call.simulation.table("flexClusters").below(call.groupId).map(shown)),
  }),
  route({
    method: "POST",
    path: CLUSTERS,
    version: VERSION,
    status: 201,
    roles: OWNER,
    body: flexClusterBody,
    handle: createFlex,
  }),
  route({
    method: "GET",
    path: CLUSTER,
    version: VERSION,
    roles: READER,
    handle: (call) => shown(getFlexCluster(call.simulation, call.groupId, call.param("name"))),
  }),
  route({
    method: "PATCH",
    path: CLUSTER,
    version: VERSION,
    roles: OWNER,
    body: flexClusterChange,
    handle: async (call) => {
      const name = call.param("name");
      const cluster = getFlexCluster(call.simulation, call.groupId, name);
      if (cluster["stateName"] === "DELETING")
        throw new AtlasFailure("CLUSTER_ALREADY_REQUESTED_DELETION", [name]);
      Object.assign(cluster, call.body);
      if (cluster["stateName"] !== "CREATING") {
        await call.simulation.move("flexClusters", keyOf(call.groupId, name), "UPDATING");
      }
      return shown(cluster);
    },
  }),
  route({
    method: "DELETE",
    path: CLUSTER,
    version: VERSION,
    status: 204,
    roles: OWNER,
    handle: async (call) => {
      const name = call.param("name");
      const cluster = getFlexCluster(call.simulation, call.groupId, name);
      if (cluster["terminationProtectionEnabled"] === true) {
        throw new AtlasFailure("ATLAS_GENERAL_ERROR", ["termination protection is enabled"]);
      }
      if (cluster["stateName"] === "DELETING")
        throw new AtlasFailure("CLUSTER_ALREADY_REQUESTED_DELETION", [name]);
      await call.simulation.move("flexClusters", keyOf(call.groupId, name), "DELETING");
    },
  }),
];

async function createFlex({ simulation, groupId, body }: Call<FlexClusterBody>): Promise<Json> {
  const { name, providerSettings, ...asked } = body;
  checkNewCluster(simulation, groupId, name);
  const { backingProviderName: provider, regionName } = providerSettings;
  if (!(REGIONS[provider]?.includes(regionName) ?? false)) {
    throw new AtlasFailure("INVALID_REGION", [regionName, provider]);
  }
  const cluster: Json = {
    tags: [],
    terminationProtectionEnabled: false,
    ...asked,
    name,
    groupId,
    id: simulation.newId(),
    backupSettings: { enabled: true },
    clusterType: "REPLICASET",
    connectionStrings: {},
    createDate: simulation.clock.stamp(),
    links: [],
    mongoDBVersion: FULL_VERSIONS[DEFAULT_VERSION] ?? DEFAULT_VERSION,
    providerSettings: { ...providerSettings, diskSizeGB: DISK_GB, providerName: "FLEX" },
    stateName: "CREATING",
    versionReleaseSystem: "LTS",
  };
  await simulation.begin("flexClusters", keyOf(groupId, name), cluster);
  return shown(cluster);
}

/** @throws AtlasFailure; one of its own where a dedicated cluster has the name */
export function getFlexCluster(simulation: Simulation, groupId: string, name: string): Json {
  const key = keyOf(groupId, name);
  if (simulation.table("clusters").find(key) !== undefined) {
    throw new AtlasFailure("CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API", [name, groupId]);
  }
  return getRow(simulation, {
    table: "flexClusters",
    key,
    otherwise: "CLUSTER_NOT_FOUND",
    parameters: [name, groupId],
  });
}
