import { hasRole, knowsProject } from "../auth/roles.ts";
import { projectBody, projectChange } from "../bodies/project.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf, TABLE_NAMES } from "../state.ts";
import { shown } from "./rows.ts";

const VERSION = "2023-01-01";
const OWNER = ["GROUP_OWNER"];
const READER = ["GROUP_READ_ONLY"];

/** What keeps a project from being closed. */
const HOLDS = [
  ["clusters", "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS"],
  ["flexClusters", "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS"],
  ["peers", "CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS"],
  ["endpointServices", "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_PRIVATE_ENDPOINT_SERVICES"],
] as const;

const OWN_TABLES = TABLE_NAMES.filter((name) => !["projects", "identities", "tokens"].includes(name));

export const projectRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/groups",
    version: VERSION,
    roles: ["ORG_GROUP_CREATOR"],
    body: projectBody,
    handle: createProject,
  }),
  route({
    method: "GET",
    path: "/groups",
    version: VERSION,
    roles: [],
    handle: (call) => call.page(visibleProjects(call)),
  }),
  route({
    method: "GET",
    path: "/groups/byName/{groupName}",
    version: VERSION,
    roles: [],
    handle: (call) => {
      const name = call.param("groupName");
      const project = visibleProjects(call).find((each) => each["name"] === name);
      if (project === undefined) throw new AtlasFailure("GROUP_NOT_FOUND", [name]);
      return project;
    },
  }),
  route({
    method: "GET",
    path: "/groups/{groupId}",
    version: VERSION,
    roles: READER,
    handle: ({ simulation, groupId }) => showProject(simulation, getProject(simulation, groupId)),
  }),
  route({
    method: "PATCH",
    path: "/groups/{groupId}",
    version: VERSION,
    roles: OWNER,
    body: projectChange,
    handle: ({ simulation, groupId, body }) => {
      if (body.name !== undefined) refuseTakenName(simulation, body.name, groupId);
      return showProject(simulation, Object.assign(getProject(simulation, groupId), body));
    },
  }),
  route({
    method: "DELETE",
    path: "/groups/{groupId}",
    version: VERSION,
    status: 204,
    roles: OWNER,
    handle: deleteProject,
  }),
];

function createProject({ simulation, identity, body }: Call<Json>): Json {
  const orgId = textAt(body, "orgId");
  if (orgId !== simulation.state.organisationId) {
    throw new AtlasFailure("USER_UNAUTHORIZED", [orgId]);
  }
  refuseTakenName(simulation, textAt(body, "name"));
  const groupId = simulation.newId();
  const project = { tags: [], ...body, id: groupId, created: simulation.clock.stamp() };
  const { withDefaultAlertsSettings: _, ...row } = { withDefaultAlertsSettings: true, ...project };
  simulation.table("projects").put(keyOf(groupId), row);
  // Who makes a project owns it.
  const caller = simulation.table("identities").find(keyOf(identity.id));
  const roles = caller?.["roles"];
  if (Array.isArray(roles)) roles.push({ roleName: "GROUP_OWNER", scope: groupId });
  return showProject(simulation, row);
}

function deleteProject({ simulation, groupId }: Call): void {
  for (const [table, code] of HOLDS) {
    if (simulation.table(table).below(groupId).length > 0) throw new AtlasFailure(code, [groupId]);
  }
  for (const table of OWN_TABLES) {
    simulation.table(table).removeBelow(groupId);
    simulation.table(table).remove(groupId);
  }
  simulation.table("projects").remove(keyOf(groupId));
}

export function getProject(simulation: Simulation, groupId: string): Json {
  const project = simulation.table("projects").find(keyOf(groupId));
  if (project === undefined) throw new AtlasFailure("GROUP_NOT_FOUND", [groupId]);
  return project;
}

function showProject(simulation: Simulation, project: Json): Json {
  const groupId = textAt(project, "id");
  const clusterCount =
    simulation.table("clusters").below(groupId).length +
    simulation.table("flexClusters").below(groupId).length;
  return { ...shown(project), clusterCount, links: [] };
}

function visibleProjects({ simulation, identity }: Call): Json[] {
  const { organisationId } = simulation.state;
  const isReader = hasRole(identity.roles, ["ORG_READ_ONLY"], { organisationId, groupId: undefined });
  return simulation
    .table("projects")
    .all()
    .filter(({ id }) => isReader || knowsProject(identity.roles, { organisationId, groupId: String(id) }))
    .map((project) => showProject(simulation, project));
}

function refuseTakenName(simulation: Simulation, name: string, except?: string): void {
  const isTaken = simulation
    .table("projects")
    .all()
    .some((project) => project["name"] === name && project["id"] !== except);
  if (isTaken) throw new AtlasFailure("GROUP_ALREADY_EXISTS", [name]);
}
