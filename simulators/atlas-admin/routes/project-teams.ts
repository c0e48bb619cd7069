import { teamChange, teamsAdded } from "../bodies/project.ts";
import type { Json } from "../json.ts";
import { type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { getRow } from "./rows.ts";

const VERSION = "2023-01-01";
const READER = ["GROUP_READ_ONLY"];
const ACCESS = ["GROUP_ACCESS_MANAGER"];
const TEAMS = "/groups/{groupId}/teams";
const TEAM = `${TEAMS}/{teamId}`;

export const projectTeamRoutes: readonly Route[] = [
  route({
    version: VERSION,
    method: "GET",
    path: TEAMS,
    roles: READER,
    handle: (call) => call.page(call.simulation.table("projectTeams").below(call.groupId)),
  }),
  route({
    version: VERSION,
    method: "POST",
    path: TEAMS,
    roles: ACCESS,
    body: teamsAdded,
    handle: (call) => {
      const teams = call.simulation.table("projectTeams");
      for (const team of call.body) teams.put(keyOf(call.groupId, team.teamId), { ...team, links: [] });
      return call.page(teams.below(call.groupId));
    },
  }),
  route({
    version: VERSION,
    method: "GET",
    path: TEAM,
    roles: READER,
    handle: (call) => getTeam(call.simulation, call.groupId, call.param("teamId")),
  }),
  route({
    version: VERSION,
    method: "PATCH",
    path: TEAM,
    roles: ACCESS,
    body: teamChange,
    handle: (call) => {
      const { roleNames } = call.body;
      Object.assign(getTeam(call.simulation, call.groupId, call.param("teamId")), { roleNames });
      return call.page(call.simulation.table("projectTeams").below(call.groupId));
    },
  }),
  route({
    version: VERSION,
    method: "DELETE",
    path: TEAM,
    status: 204,
    roles: ACCESS,
    handle: (call) => {
      getTeam(call.simulation, call.groupId, call.param("teamId"));
      call.simulation.table("projectTeams").remove(keyOf(call.groupId, call.param("teamId")));
    },
  }),
];

function getTeam(simulation: Simulation, groupId: string, teamId: string): Json {
  return getRow(simulation, {
    table: "projectTeams",
    key: keyOf(groupId, teamId),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [teamId],
  });
}
