import { containerBody, containerChange } from "../bodies/network.ts";
import { isIn, regionFields } from "../clusters/provide-containers.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, listAt, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getRow } from "./rows.ts";

const VERSION = "2023-01-01";
const CONTAINERS = "/groups/{groupId}/containers";
const CONTAINER = `${CONTAINERS}/{containerId}`;
const READER = ["GROUP_READ_ONLY"];
const OWNER = ["GROUP_OWNER"];

export const containerRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: CONTAINERS,
    version: VERSION,
    roles: READER,
    handle: (call) => {
      const provider = call.query.get("providerName") ?? "AWS";
      const rows = call.simulation.table("containers").below(call.groupId);
      return call.page(rows.filter(({ providerName }) => providerName === provider));
    },
  }),
  route({
    method: "GET",
    path: `${CONTAINERS}/all`,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(call.simulation.table("containers").below(call.groupId)),
  }),
  route({
    method: "POST",
    path: CONTAINERS,
    version: VERSION,
    roles: OWNER,
    body: containerBody,
    handle: ({ simulation, groupId, body }) => {
      const region = body.regionName ?? body.region ?? "";
      const containers = simulation.table("containers");
      const old = containers
        .below(groupId)
        .find((each) => each["providerName"] === body.providerName && isIn(each, region));
      // A region has one container: the one that is there answers.
      if (old !== undefined) return old;
      const id = simulation.newId();
      const made = regionFields(body.providerName, region, id);
      return containers.put(keyOf(groupId, id), { ...made, ...body, id, provisioned: false });
    },
  }),
  route({
    method: "GET",
    path: CONTAINER,
    version: VERSION,
    roles: READER,
    handle: (call) => containerAt(call),
  }),
  route({
    method: "PATCH",
    path: CONTAINER,
    version: VERSION,
    roles: OWNER,
    body: containerChange,
    handle: (call) => {
      const container = containerAt(call);
      refuseIfUsed(call, container);
      return Object.assign(container, call.body);
    },
  }),
  route({
    method: "DELETE",
    path: CONTAINER,
    version: VERSION,
    status: 204,
    roles: OWNER,
    handle: (call) => {
      refuseIfUsed(call, containerAt(call));
      call.simulation.table("containers").remove(keyOf(call.groupId, call.param("containerId")));
    },
  }),
];

function containerAt(call: Call): Json {
  const id = call.param("containerId");
  return getRow(call.simulation, {
    table: "containers",
    key: keyOf(call.groupId, id),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [id],
  });
}

/** Clusters and peering connections hold their container. */
function refuseIfUsed({ simulation, groupId }: Call, container: Json): void {
  const id = textAt(container, "id");
  const peers = simulation.table("peers").below(groupId);
  const clusters = simulation.table("clusters").below(groupId);
  const isUsed =
    peers.some(({ containerId }) => containerId === id) ||
    clusters.some((cluster) =>
      listAt(cluster, "replicationSpecs").some((spec) =>
        listAt(spec, "regionConfigs").some(
          (config) =>
            config["providerName"] === container["providerName"] &&
            isIn(container, textAt(config, "regionName")),
        ),
      ),
    );
  if (isUsed) throw new AtlasFailure("CONTAINERS_IN_USE", [id]);
}
