import { type SearchDeploymentBody, searchDeploymentBody } from "../bodies/search.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getCluster, getRow } from "./rows.ts";

const VERSION = "2024-05-30";
const DEPLOYMENT = "/groups/{groupId}/clusters/{clusterName}/search/deployment";
const MANAGER = ["GROUP_CLUSTER_MANAGER"];
const DEFAULT_NODES = 2;

export const searchDeploymentRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: DEPLOYMENT,
    version: "2025-03-12",
    roles: ["GROUP_READ_ONLY"],
    handle: (call) => deploymentAt(call),
  }),
  route({
    method: "POST",
    path: DEPLOYMENT,
    version: VERSION,
    status: 201,
    roles: ["GROUP_OWNER"],
    body: searchDeploymentBody,
    handle: async (call) => {
      const { simulation, groupId } = call;
      getCluster(simulation, groupId, call.param("clusterName"));
      if (simulation.table("searchDeployments").find(keyFor(call)) !== undefined) {
        throw new AtlasFailure("ATLAS_SEARCH_DEPLOYMENT_ALREADY_EXISTS", [call.param("clusterName")]);
      }
      const row: Json = {
        groupId,
        id: simulation.newId(),
        ...specsOf(call.body),
        encryptionAtRestProvider: "NONE",
        stateName: "UPDATING",
      };
      return await simulation.begin("searchDeployments", keyFor(call), row);
    },
  }),
  route({
    method: "PATCH",
    path: DEPLOYMENT,
    version: VERSION,
    roles: MANAGER,
    body: searchDeploymentBody,
    handle: async (call) => {
      const deployment = Object.assign(deploymentAt(call), specsOf(call.body));
      if (deployment["stateName"] === "IDLE") {
        await call.simulation.move("searchDeployments", keyFor(call), "UPDATING");
      }
      return deployment;
    },
  }),
  route({
    method: "DELETE",
    path: DEPLOYMENT,
    version: VERSION,
    status: 204,
    roles: MANAGER,
    handle: async (call) => {
      if (textAt(deploymentAt(call), "stateName") !== "DELETING") {
        await call.simulation.move("searchDeployments", keyFor(call), "DELETING");
      }
    },
  }),
];

function specsOf({ specs, defaultNodeCount = DEFAULT_NODES }: SearchDeploymentBody): Json {
  const counted = specs.map((spec) => ({ ...spec, nodeCount: spec.nodeCount ?? defaultNodeCount }));
  return { specs: counted, effectiveSpecs: counted };
}

function keyFor(call: Call<unknown>): string {
  return keyOf(call.groupId, call.param("clusterName"));
}

/** The search nodes of a cluster. */
function deploymentAt(call: Call<unknown>): Json {
  const name = call.param("clusterName");
  getCluster(call.simulation, call.groupId, name);
  return getRow(call.simulation, {
    table: "searchDeployments",
    key: keyFor(call),
    otherwise: "ATLAS_SEARCH_DEPLOYMENT_DOES_NOT_EXIST",
    parameters: [name],
  });
}
