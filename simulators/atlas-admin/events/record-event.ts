import { hashOf, type Identity } from "../auth/identities.ts";
import { isJson, type Json, textAt } from "../json.ts";
import type { Route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { eventTypeOf } from "./event-types.ts";

/** A call that went well. */
export interface Deed {
  readonly route: Pick<Route, "method" | "path">;
  readonly identity: Identity;
  readonly params: { readonly [name: string]: string };
  readonly body: unknown;
  readonly answer: unknown;
}

/** Writes down what a call changed in a project, and who called. */
export function recordEvent(simulation: Simulation, { route, identity, params, body, answer }: Deed): void {
  const eventTypeName = eventTypeOf(route.method, route.path);
  const given = isJson(body) ? body : {};
  const answered = isJson(answer) ? answer : {};
  const groupId = params["groupId"] ?? textAt(answered, "id");
  const isThere = simulation.table("projects").find(keyOf(groupId)) !== undefined;
  if (eventTypeName === undefined || !isThere) return;
  const id = simulation.newId();
  simulation.table("events").put(keyOf(groupId, id), {
    id,
    created: simulation.clock.stamp(),
    eventTypeName,
    groupId,
    orgId: simulation.state.organisationId,
    isGlobalAdmin: false,
    remoteAddress: "127.0.0.1",
    links: [],
    ...callerOf(simulation, identity),
    ...subjectOf(route.path, params, { ...given, ...answered }),
  });
}

/** A key is told by its public part, a person by name. That a service account is told as one by its client id is not verified. */
function callerOf(simulation: Simulation, { id }: Identity): Json {
  const row = simulation.table("identities").find(keyOf(id)) ?? {};
  const number = hashOf(id).slice(0, 24);
  if (row["kind"] === "apiKey") return { apiKeyId: number, publicKey: id };
  return { userId: number, username: row["kind"] === "serviceAccount" ? id : textAt(row, "name") };
}

/** What of it the event names. Clusters are asked for by name, but the answer does not tell it. */
function subjectOf(path: string, params: Deed["params"], row: Json): Json {
  if (/\/(clusters|flexClusters)\b/.test(path)) {
    return { $cluster: params["clusterName"] ?? params["name"] ?? textAt(row, "name") };
  }
  if (path.includes("/databaseUsers")) {
    return { dbUserUsername: params["username"] ?? textAt(row, "username") };
  }
  if (path.includes("/alertConfigs")) {
    return { alertConfigId: params["alertConfigId"] ?? textAt(row, "id") };
  }
  return {};
}
