import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2023-01-01";
const EVENTS = "/groups/{groupId}/events";
const READER = ["GROUP_READ_ONLY"];

export const eventRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: EVENTS,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(wantedEvents(call).map(shown)),
  }),
  route({
    method: "GET",
    path: `${EVENTS}/{eventId}`,
    version: VERSION,
    roles: READER,
    handle: (call) => {
      refuseRaw(call.query);
      const id = call.param("eventId");
      const key = keyOf(call.groupId, id);
      const place = { table: "events", key, otherwise: "RESOURCE_NOT_FOUND", parameters: [id] } as const;
      return shown(getRow(call.simulation, place));
    },
  }),
];

function wantedEvents({ simulation, groupId, query }: Call): Json[] {
  refuseRaw(query);
  const from = dateIn(query, "minDate", Number.NEGATIVE_INFINITY);
  const until = dateIn(query, "maxDate", Number.POSITIVE_INFINITY);
  const clusters = query.getAll("clusterNames");
  const types = query.getAll("eventType");
  const excluded = query.getAll("excludedEventType");
  return simulation
    .table("events")
    .below(groupId)
    .filter((event) => {
      const at = Date.parse(textAt(event, "created"));
      const type = textAt(event, "eventTypeName");
      return (
        at >= from &&
        at <= until &&
        (clusters.length === 0 || clusters.includes(textAt(event, "$cluster"))) &&
        (types.length === 0 || types.includes(type)) &&
        !excluded.includes(type)
      );
    })
    .reverse();
}

function dateIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new AtlasFailure("VALIDATION_ERROR", [`${name} must be a date of ISO 8601, not ${text}`]);
  }
  return time;
}

function refuseRaw(query: URLSearchParams): void {
  if (query.get("includeRaw") !== "true") return;
  throw new AtlasFailure("VALIDATION_ERROR", ["includeRaw is not simulated"]);
}
