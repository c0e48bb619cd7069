import { alertBody, alertToggle } from "../bodies/security.ts";
import type { Json } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getRow } from "./rows.ts";

const VERSION = "2023-01-01";
const ALERTS = "/groups/{groupId}/alertConfigs";
const ALERT = `${ALERTS}/{alertConfigId}`;
const READER = ["GROUP_READ_ONLY"];
const MANAGER = ["GROUP_ALERTS_MANAGER"];

export const alertRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: ALERTS,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(call.simulation.table("alerts").below(call.groupId)),
  }),
  route({
    method: "POST",
    path: ALERTS,
    version: VERSION,
    roles: MANAGER,
    body: alertBody,
    handle: ({ simulation, groupId, body }) => {
      const id = simulation.newId();
      const now = simulation.clock.stamp();
      const row: Json = {
        enabled: false,
        matchers: [],
        notifications: [],
        ...body,
        created: now,
        groupId,
        id,
        links: [],
        updated: now,
      };
      return simulation.table("alerts").put(keyOf(groupId, id), row);
    },
  }),
  route({ method: "GET", path: ALERT, version: VERSION, roles: READER, handle: (call) => alertAt(call) }),
  route({
    method: "PUT",
    path: ALERT,
    version: VERSION,
    roles: MANAGER,
    body: alertBody,
    handle: (call) => {
      const { created, groupId, id } = alertAt(call);
      const updated = call.simulation.clock.stamp();
      const row: Json = {
        enabled: false,
        matchers: [],
        notifications: [],
        ...call.body,
        created,
        groupId,
        id,
        links: [],
        updated,
      };
      return call.simulation.table("alerts").put(keyOf(call.groupId, String(id)), row);
    },
  }),
  route({
    method: "PATCH",
    path: ALERT,
    version: VERSION,
    roles: MANAGER,
    body: alertToggle,
    handle: (call) => {
      const updated = call.simulation.clock.stamp();
      return Object.assign(alertAt(call), { enabled: call.body.enabled, updated });
    },
  }),
  route({
    method: "DELETE",
    path: ALERT,
    version: VERSION,
    status: 204,
    roles: MANAGER,
    handle: (call) => {
      alertAt(call);
      call.simulation.table("alerts").remove(keyOf(call.groupId, call.param("alertConfigId")));
    },
  }),
];

function alertAt(call: Call<unknown>): Json {
  const id = call.param("alertConfigId");
  return getRow(call.simulation, {
    table: "alerts",
    key: keyOf(call.groupId, id),
    otherwise: "ALERT_CONFIG_NOT_FOUND",
    parameters: [id],
  });
}
