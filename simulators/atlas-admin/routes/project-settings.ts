import { DEFAULT_SETTINGS, limitChange, settingsChange } from "../bodies/project.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";

const VERSION = "2023-01-01";
const OWNER = ["GROUP_OWNER"];
const READER = ["GROUP_READ_ONLY"];
const SETTINGS = "/groups/{groupId}/settings";
const SLOW = "/groups/{groupId}/managedSlowMs";

/** What a project may have at most: the limit's default, and what it may be raised to. Unverified but for the 25 clusters. */
export const LIMITS: {
  readonly [name: string]: { readonly defaultLimit: number; readonly maximumLimit: number };
} = {
  "atlas.project.deployment.clusters": { defaultLimit: 25, maximumLimit: 90 },
  "atlas.project.deployment.nodesPerPrivateLinkRegion": { defaultLimit: 50, maximumLimit: 90 },
  "atlas.project.security.databaseAccess.customRoles": { defaultLimit: 100, maximumLimit: 1400 },
  "atlas.project.security.databaseAccess.users": { defaultLimit: 100, maximumLimit: 900 },
  "atlas.project.security.networkAccess.entries": { defaultLimit: 200, maximumLimit: 800 },
};

export const projectSettingsRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: SETTINGS,
    version: VERSION,
    roles: READER,
    handle: ({ simulation, groupId }) => settingsOf(simulation, groupId),
  }),
  route({
    method: "PATCH",
    path: SETTINGS,
    version: VERSION,
    roles: OWNER,
    body: settingsChange,
    handle: ({ simulation, groupId, body }) =>
      simulation
        .table("projectSettings")
        .put(keyOf(groupId), { ...settingsOf(simulation, groupId), ...body }),
  }),
  route({
    method: "GET",
    path: SLOW,
    version: VERSION,
    roles: READER,
    handle: ({ simulation, groupId }) => isSlowManaged(simulation, groupId),
  }),
  ...(["enable", "disable"] as const).map((verb) =>
    route({
      method: verb === "enable" ? "POST" : "DELETE",
      path: `${SLOW}/${verb}`,
      version: VERSION,
      status: 204,
      roles: OWNER,
      handle: ({ simulation, groupId }) => {
        const project = simulation.table("projects").find(keyOf(groupId)) ?? {};
        project["$slowOperationsManaged"] = verb === "enable";
      },
    }),
  ),
  route({
    method: "GET",
    path: "/groups/{groupId}/ipAddresses",
    version: VERSION,
    roles: READER,
    handle: ({ simulation, groupId }) => ({
      groupId,
      services: { clusters: addressesOf(simulation, groupId) },
    }),
  }),
  ...limitRoutes(),
];

function limitRoutes(): Route[] {
  const path = "/groups/{groupId}/limits";
  const one = `${path}/{limitName}`;
  return [
    route({
      method: "GET",
      path,
      version: VERSION,
      roles: READER,
      handle: ({ simulation, groupId }) =>
        Object.keys(LIMITS).map((name) => limitOf(simulation, groupId, name)),
    }),
    route({
      method: "GET",
      path: one,
      version: VERSION,
      roles: READER,
      handle: (call) => limitOf(call.simulation, call.groupId, call.param("limitName")),
    }),
    route({
      method: "PATCH",
      path: one,
      version: VERSION,
      roles: OWNER,
      body: limitChange,
      handle: setLimit,
    }),
    route({
      method: "DELETE",
      path: one,
      version: VERSION,
      status: 204,
      roles: OWNER,
      handle: (call) => {
        limitOf(call.simulation, call.groupId, call.param("limitName"));
        call.simulation.table("projectLimits").remove(keyOf(call.groupId, call.param("limitName")));
      },
    }),
  ];
}

function setLimit(call: Call<{ value: number }>): Json {
  const { simulation, groupId, body } = call;
  const name = call.param("limitName");
  const { maximumLimit } = limitOf(simulation, groupId, name);
  if (body.value > Number(maximumLimit)) {
    throw new AtlasFailure("VALIDATION_ERROR", [`the limit ${name} is at most ${maximumLimit}`]);
  }
  simulation.table("projectLimits").put(keyOf(groupId, name), { value: body.value });
  return limitOf(simulation, groupId, name);
}

function settingsOf(simulation: Simulation, groupId: string): Json {
  return { ...DEFAULT_SETTINGS, ...simulation.table("projectSettings").find(keyOf(groupId)) };
}

function isSlowManaged(simulation: Simulation, groupId: string): boolean {
  return simulation.table("projects").find(keyOf(groupId))?.["$slowOperationsManaged"] !== false;
}

/** A limit as it is now. @throws AtlasFailure where there is none of that name */
export function limitOf(
  simulation: Simulation,
  groupId: string,
  name: string,
): { name: string; value: number } & Json {
  const known = LIMITS[name];
  if (known === undefined) throw new AtlasFailure("LIMIT_NOT_FOUND", [name]);
  const value = simulation.table("projectLimits").find(keyOf(groupId, name))?.["value"];
  return { name, ...known, value: typeof value === "number" ? value : known.defaultLimit };
}

/** Addresses of the clusters' nodes: three of the block that is kept for documentation, for each cluster. */
function addressesOf(simulation: Simulation, groupId: string): Json[] {
  return simulation
    .table("clusters")
    .below(groupId)
    .filter(({ stateName }) => stateName !== "CREATING")
    .map((cluster, index) => ({
      clusterName: textAt(cluster, "name"),
      inbound: [1, 2, 3].map((node) => `192.0.2.${(index * 3 + node) % 256}`),
      outbound: [1, 2, 3].map((node) => `192.0.2.${(index * 3 + node) % 256}`),
    }));
}
