import { z } from "zod";
import { requestBody } from "../bodies/request-body.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, listAt, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { CHANGERS } from "./clusters.ts";
import { getCluster, getRow } from "./rows.ts";

const VERSION = "2023-01-01";
const OUTAGE = "/groups/{groupId}/clusters/{clusterName}/outageSimulation";
const THREE_DAYS_MS = 3 * 86_400_000;

const outageBody = requestBody(
  {
    outageFilters: z
      .array(
        z.strictObject({
          cloudProvider: z.enum(["AWS", "AZURE", "GCP"]),
          regionName: z.string(),
          type: z.literal("REGION").optional(),
        }),
      )
      .min(1),
  },
  ["clusterName", "expirationDate", "groupId", "id", "startRequestDate", "state"],
);

type OutageBody = z.infer<typeof outageBody>;

export const outageRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: OUTAGE,
    version: VERSION,
    roles: CHANGERS,
    body: outageBody,
    handle: startOutage,
  }),
  route({
    method: "GET",
    path: OUTAGE,
    version: VERSION,
    roles: ["GROUP_CLUSTER_MANAGER", "GROUP_CLUSTER_RESILIENCE_TESTER"],
    handle: (call) => outageAt(call),
  }),
  route({
    method: "DELETE",
    path: OUTAGE,
    version: VERSION,
    roles: CHANGERS,
    handle: async (call) => {
      const outage = outageAt(call);
      const state = textAt(outage, "state");
      const name = call.param("clusterName");
      if (state !== "SIMULATING")
        throw new AtlasFailure("INVALID_CLUSTER_OUTAGE_SIMULATION_STATE", [name, state]);
      await call.simulation.move("outages", keyOf(call.groupId, name), "RECOVERY_REQUESTED");
      return outage;
    },
  }),
];

async function startOutage(call: Call<OutageBody>): Promise<Json> {
  const { simulation, groupId, body } = call;
  const name = call.param("clusterName");
  const cluster = getCluster(simulation, groupId, name);
  const key = keyOf(groupId, name);
  const running = simulation.table("outages").find(key);
  if (running !== undefined) {
    throw new AtlasFailure("INVALID_CLUSTER_OUTAGE_SIMULATION_STATE", [name, textAt(running, "state")]);
  }
  for (const { cloudProvider, regionName } of body.outageFilters) {
    const isThere = listAt(cluster, "replicationSpecs").some((spec) =>
      listAt(spec, "regionConfigs").some(
        (config) => config["providerName"] === cloudProvider && config["regionName"] === regionName,
      ),
    );
    if (!isThere) throw new AtlasFailure("INVALID_REGION", [regionName, cloudProvider]);
  }
  const outageFilters = body.outageFilters.map((filter) => ({ type: "REGION", ...filter }));
  return await simulation.begin("outages", key, {
    clusterName: name,
    expirationDate: simulation.clock.stamp(THREE_DAYS_MS),
    groupId,
    id: simulation.newId(),
    outageFilters,
    startRequestDate: simulation.clock.stamp(),
    state: "START_REQUESTED",
  });
}

function outageAt(call: Call): Json {
  const name = call.param("clusterName");
  getCluster(call.simulation, call.groupId, name);
  return getRow(call.simulation, {
    table: "outages",
    key: keyOf(call.groupId, name),
    otherwise: "OUTAGE_SIMULATION_NOT_FOUND",
    parameters: [name, call.groupId],
  });
}
