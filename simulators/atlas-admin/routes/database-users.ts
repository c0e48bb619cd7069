import { type UserBody, userBody, userChange } from "../bodies/database-access.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, without } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { getRow } from "./rows.ts";

const VERSION = "2023-01-01";
const USERS = "/groups/{groupId}/databaseUsers";
const USER = `${USERS}/{databaseName}/{username}`;
const READER = ["GROUP_READ_ONLY"];
const ADMIN = ["GROUP_DATABASE_ACCESS_ADMIN", "GROUP_STREAM_PROCESSING_OWNER"];
const LOGIN_TYPES = ["awsIAMType", "ldapAuthType", "oidcAuthType", "x509Type"] as const;

export const databaseUserRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: USERS,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(call.simulation.table("databaseUsers").below(call.groupId)),
  }),
  route({
    method: "POST",
    path: USERS,
    version: VERSION,
    status: 201,
    roles: ADMIN,
    body: userBody,
    handle: createUser,
  }),
  route({ method: "GET", path: USER, version: VERSION, roles: READER, handle: (call) => userAt(call) }),
  route({
    method: "PATCH",
    path: USER,
    version: VERSION,
    roles: ADMIN,
    body: userChange,
    handle: (call) => Object.assign(userAt(call), without(call.body, "password", "groupId")),
  }),
  route({
    method: "DELETE",
    path: USER,
    version: VERSION,
    status: 204,
    roles: ADMIN,
    handle: (call) => {
      userAt(call);
      call.simulation.table("databaseUsers").remove(userKey(call));
    },
  }),
];

/** The password goes in and is kept nowhere. */
function createUser({ simulation, groupId, body }: Call<UserBody>): Json {
  const key = keyOf(groupId, body.databaseName, body.username);
  const users = simulation.table("databaseUsers");
  if (users.find(key) !== undefined) throw new AtlasFailure("USER_ALREADY_EXISTS", [body.username, groupId]);
  checkLogin(body);
  const types = Object.fromEntries(LOGIN_TYPES.map((type) => [type, "NONE"]));
  return users.put(key, {
    ...types,
    labels: [],
    scopes: [],
    ...without(body, "password"),
    groupId,
    links: [],
  });
}

function checkLogin(body: UserBody): void {
  const isExternal = LOGIN_TYPES.some((type) => (body[type] ?? "NONE") !== "NONE");
  if (!isExternal && body.password === undefined) throw new AtlasFailure("MISSING_ATTRIBUTE", ["password"]);
  const needsExternal = isExternal && body.oidcAuthType !== "IDP_GROUP" && body.awsIAMType !== "ROLE";
  if (needsExternal && body.databaseName !== "$external") {
    throw new AtlasFailure("VALIDATION_ERROR", ["users of other logins are in the database $external"]);
  }
}

function userKey(call: Call): string {
  return keyOf(call.groupId, call.param("databaseName"), call.param("username"));
}

function userAt(call: Call): Json {
  return getUser(call.simulation, userKey(call), [call.param("username"), call.groupId]);
}

function getUser(simulation: Simulation, key: string, parameters: readonly string[]): Json {
  return getRow(simulation, { table: "databaseUsers", key, otherwise: "USER_NOT_FOUND", parameters });
}
