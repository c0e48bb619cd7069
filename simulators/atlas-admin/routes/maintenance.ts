import { maintenanceChange } from "../bodies/security.ts";
import { AtlasFailure } from "../errors.ts";
import type { Json } from "../json.ts";
import { type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";

const VERSION = "2023-01-01";
const WINDOW = "/groups/{groupId}/maintenanceWindow";
const OWNER = ["GROUP_OWNER"];

const DEFAULT_WINDOW: Json = {
  autoDeferOnceEnabled: false,
  dayOfWeek: 0,
  hourOfDay: 0,
  numberOfDeferrals: 0,
  startASAP: false,
  timeZoneId: "Etc/UTC",
};

export const maintenanceRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: WINDOW,
    version: VERSION,
    roles: ["GROUP_READ_ONLY"],
    handle: ({ simulation, groupId }) => windowOf(simulation, groupId),
  }),
  route({
    method: "PATCH",
    path: WINDOW,
    version: VERSION,
    roles: OWNER,
    body: maintenanceChange,
    handle: ({ simulation, groupId, body }) => {
      const isNew = simulation.table("maintenance").find(keyOf(groupId)) === undefined;
      if (isNew && body.dayOfWeek === undefined) throw new AtlasFailure("MISSING_ATTRIBUTE", ["dayOfWeek"]);
      const changed = { ...windowOf(simulation, groupId), ...body };
      simulation.table("maintenance").put(keyOf(groupId), changed);
      return {};
    },
  }),
  route({
    method: "DELETE",
    path: WINDOW,
    version: VERSION,
    status: 204,
    roles: OWNER,
    handle: ({ simulation, groupId }) => simulation.table("maintenance").remove(keyOf(groupId)),
  }),
  route({
    method: "POST",
    path: `${WINDOW}/autoDefer`,
    version: VERSION,
    roles: OWNER,
    handle: ({ simulation, groupId }) => {
      const window = getScheduled(simulation, groupId);
      window["autoDeferOnceEnabled"] = window["autoDeferOnceEnabled"] !== true;
      return {};
    },
  }),
  route({
    method: "POST",
    path: `${WINDOW}/defer`,
    version: VERSION,
    roles: OWNER,
    handle: ({ simulation, groupId }) => {
      const window = getScheduled(simulation, groupId);
      window["numberOfDeferrals"] = Number(window["numberOfDeferrals"]) + 1;
      return {};
    },
  }),
];

function windowOf(simulation: Simulation, groupId: string): Json {
  return { ...DEFAULT_WINDOW, ...simulation.table("maintenance").find(keyOf(groupId)) };
}

function getScheduled(simulation: Simulation, groupId: string): Json {
  const window = simulation.table("maintenance").find(keyOf(groupId));
  if (window === undefined) throw new AtlasFailure("MAINTENANCE_NOT_SCHEDULED", [groupId]);
  return window;
}
