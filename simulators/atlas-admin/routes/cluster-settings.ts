import { pinBody, processArgsChange } from "../bodies/cluster.ts";
import { DEFAULT_TLS } from "../clusters/describe-cluster.ts";
import { olderProcessArgs } from "../clusters/older-shape.ts";
import { type Json, jsonAt } from "../json.ts";
import { type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { beginUpdate } from "./clusters.ts";
import { getCluster } from "./rows.ts";

const CLUSTER = "/groups/{groupId}/clusters/{clusterName}";
const DAY_MS = 86_400_000;
const PIN_VERSION = "2024-05-30";
const ARGS_VERSION = "2024-08-05";

/** As recorded: nulls for what nobody has set. */
const DEFAULT_ARGS: Json = {
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: null,
  chunkMigrationConcurrency: null,
  defaultMaxTimeMS: null,
  defaultWriteConcern: null,
  javascriptEnabled: true,
  noTableScan: false,
  oplogMinRetentionHours: null,
  oplogSizeMB: null,
  queryStatsLogVerbosity: 1,
  sampleRefreshIntervalBIConnector: null,
  sampleSizeBIConnector: null,
  transactionLifetimeLimitSeconds: null,
};

export const clusterSettingsRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: `${CLUSTER}/processArgs`,
    version: ARGS_VERSION,
    older: { version: "2023-01-01", show: olderProcessArgs },
    roles: ["GROUP_READ_ONLY"],
    handle: (call) => processArgsOf(call.simulation, call.groupId, call.param("clusterName")),
  }),
  route({
    method: "PATCH",
    path: `${CLUSTER}/processArgs`,
    version: ARGS_VERSION,
    roles: ["GROUP_CLUSTER_MANAGER"],
    body: processArgsChange,
    handle: async (call) => {
      const { simulation, groupId, body } = call;
      const name = call.param("clusterName");
      const cluster = getCluster(simulation, groupId, name);
      const tls = Object.fromEntries(Object.entries(body).filter(([key]) => key in DEFAULT_TLS));
      const others = Object.fromEntries(Object.entries(body).filter(([key]) => !(key in DEFAULT_TLS)));
      cluster["advancedConfiguration"] = {
        ...DEFAULT_TLS,
        ...jsonAt(cluster, "advancedConfiguration"),
        ...tls,
      };
      const args = simulation.table("processArgs");
      args.put(keyOf(groupId, name), { ...args.find(keyOf(groupId, name)), ...others });
      await beginUpdate(simulation, groupId, name);
      return processArgsOf(simulation, groupId, name);
    },
  }),
  route({
    method: "POST",
    path: `${CLUSTER}:pinFeatureCompatibilityVersion`,
    version: PIN_VERSION,
    status: 204,
    roles: ["GROUP_OWNER"],
    body: pinBody,
    handle: async (call) => {
      const name = call.param("clusterName");
      const cluster = getCluster(call.simulation, call.groupId, name);
      // Four weeks: unverified.
      const until = call.body.expirationDate ?? call.simulation.clock.stamp(28 * DAY_MS);
      cluster["featureCompatibilityVersionExpirationDate"] = until;
      await beginUpdate(call.simulation, call.groupId, name);
    },
  }),
  route({
    method: "POST",
    path: `${CLUSTER}:unpinFeatureCompatibilityVersion`,
    version: PIN_VERSION,
    status: 204,
    roles: ["GROUP_OWNER"],
    handle: async (call) => {
      const name = call.param("clusterName");
      const cluster = getCluster(call.simulation, call.groupId, name);
      delete cluster["featureCompatibilityVersionExpirationDate"];
      cluster["featureCompatibilityVersion"] = cluster["mongoDBMajorVersion"];
      await beginUpdate(call.simulation, call.groupId, name);
    },
  }),
];

function processArgsOf(simulation: Simulation, groupId: string, name: string): Json {
  const cluster = getCluster(simulation, groupId, name);
  const tls = { ...DEFAULT_TLS, ...jsonAt(cluster, "advancedConfiguration") };
  return { ...DEFAULT_ARGS, ...tls, ...simulation.table("processArgs").find(keyOf(groupId, name)) };
}
