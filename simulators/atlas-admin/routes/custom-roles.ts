import { customRoleBody, customRoleChange } from "../bodies/database-access.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, listAt, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2023-01-01";
const ROLES = "/groups/{groupId}/customDBRoles/roles";
const ROLE = `${ROLES}/{roleName}`;
const READER = ["GROUP_READ_ONLY"];
const ADMIN = ["GROUP_DATABASE_ACCESS_ADMIN", "GROUP_STREAM_PROCESSING_OWNER"];

export const customRoleRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: ROLES,
    version: VERSION,
    roles: READER,
    // The one list that comes without pages.
    handle: ({ simulation, groupId }) =>
      simulation.table("customRoles").below(groupId).filter(isVisible).map(shown),
  }),
  route({
    method: "POST",
    path: ROLES,
    version: VERSION,
    status: 202,
    roles: ADMIN,
    body: customRoleBody,
    handle: async ({ simulation, groupId, body }) => {
      const key = keyOf(groupId, body.roleName);
      if (simulation.table("customRoles").find(key) !== undefined) {
        throw new AtlasFailure("DUPLICATE_DATABASE_ROLE", [body.roleName, groupId]);
      }
      const row = { actions: [], inheritedRoles: [], ...body, $visible: "no" };
      return shown(await simulation.begin("customRoles", key, row));
    },
  }),
  route({
    method: "GET",
    path: ROLE,
    version: VERSION,
    roles: READER,
    handle: (call) => shown(visibleRole(call)),
  }),
  route({
    method: "PATCH",
    path: ROLE,
    version: VERSION,
    roles: ADMIN,
    body: customRoleChange,
    handle: (call) => shown(Object.assign(visibleRole(call), call.body)),
  }),
  route({
    method: "DELETE",
    path: ROLE,
    version: VERSION,
    status: 204,
    roles: ADMIN,
    handle: async (call) => {
      visibleRole(call);
      refuseIfGranted(call);
      await call.simulation.move("customRoles", keyOf(call.groupId, call.param("roleName")), "gone");
    },
  }),
];

/** A role shows up some time after it was accepted. */
function visibleRole(call: Call): Json {
  const parameters = [call.param("roleName"), call.groupId];
  const key = keyOf(call.groupId, call.param("roleName"));
  const row = getRow(call.simulation, {
    table: "customRoles",
    key,
    otherwise: "ATLAS_CUSTOM_ROLE_NOT_FOUND",
    parameters,
  });
  if (!isVisible(row)) throw new AtlasFailure("ATLAS_CUSTOM_ROLE_NOT_FOUND", parameters);
  return row;
}

function isVisible({ $visible }: Json): boolean {
  return $visible === "yes";
}

function refuseIfGranted(call: Call): void {
  const name = call.param("roleName");
  const users = call.simulation.table("databaseUsers").below(call.groupId);
  const user = users.find((each) => listAt(each, "roles").some((role) => role["roleName"] === name));
  if (user !== undefined) throw new AtlasFailure("CUSTOM_ROLE_IN_USE", [name, textAt(user, "username")]);
}
