import { type EndpointBody, endpointBody, endpointServiceBody } from "../bodies/network.ts";
import { REGIONS } from "../clusters/offerings.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt, textsAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2023-01-01";
const BASE = "/groups/{groupId}/privateEndpoint";
const SERVICES = `${BASE}/{cloudProvider}/endpointService`;
const SERVICE = `${SERVICES}/{endpointServiceId}`;
const ENDPOINT = `${SERVICE}/endpoint/{endpointId}`;
const READER = ["GROUP_READ_ONLY"];
const OWNER = ["GROUP_OWNER"];

export const privateEndpointRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: `${BASE}/endpointService`,
    version: VERSION,
    roles: OWNER,
    body: endpointServiceBody,
    handle: async ({ simulation, groupId, body: { providerName, region } }) => {
      if (!(REGIONS[providerName]?.includes(region) ?? false)) {
        throw new AtlasFailure("INVALID_REGION", [region, providerName]);
      }
      const id = simulation.newId();
      const row = newService(providerName, region, id);
      return shown(await simulation.begin("endpointServices", keyOf(groupId, id), row));
    },
  }),
  route({
    method: "GET",
    path: SERVICES,
    version: VERSION,
    roles: READER,
    // A bare list, without pages.
    handle: (call) => {
      const rows = call.simulation.table("endpointServices").below(call.groupId);
      return rows.filter(({ cloudProvider }) => cloudProvider === call.param("cloudProvider")).map(shown);
    },
  }),
  route({
    method: "GET",
    path: SERVICE,
    version: VERSION,
    roles: READER,
    handle: (call) => shown(serviceAt(call)),
  }),
  route({
    method: "DELETE",
    path: SERVICE,
    version: VERSION,
    status: 204,
    roles: OWNER,
    handle: async (call) => {
      const service = serviceAt(call);
      if (endpointIds(service).length > 0) {
        throw new AtlasFailure("ENDPOINT_SERVICE_IN_USE", [textAt(service, "id")]);
      }
      await startDeletion(call.simulation, "endpointServices", keyOf(call.groupId, textAt(service, "id")));
    },
  }),
  route({
    method: "POST",
    path: `${SERVICE}/endpoint`,
    version: VERSION,
    roles: OWNER,
    body: endpointBody,
    handle: createEndpoint,
  }),
  route({
    method: "GET",
    path: ENDPOINT,
    version: VERSION,
    roles: READER,
    handle: (call) => shownEndpoint(endpointAt(call)),
  }),
  route({
    method: "DELETE",
    path: ENDPOINT,
    version: VERSION,
    status: 204,
    roles: OWNER,
    handle: async (call) => {
      endpointAt(call)["deleteRequested"] = true;
      await startDeletion(call.simulation, "privateEndpoints", endpointKey(call));
    },
  }),
];

async function startDeletion(
  simulation: Simulation,
  machine: "endpointServices" | "privateEndpoints",
  key: string,
): Promise<void> {
  const row = simulation.table(machine).find(key) ?? {};
  const state = textAt(row, machine === "endpointServices" ? "status" : "$status");
  if (state !== "DELETING") await simulation.move(machine, key, "DELETING");
}

function newService(cloudProvider: string, regionName: string, id: string): Json {
  const common = { cloudProvider, id, regionName, status: "INITIATING", errorMessage: null };
  switch (cloudProvider) {
    case "AWS":
      return {
        ...common,
        endpointServiceName: `com.amazonaws.vpce.${regionName}.vpce-svc-${id}`,
        interfaceEndpoints: [],
      };
    case "AZURE":
      return {
        ...common,
        privateEndpoints: [],
        privateLinkServiceName: `pls_${id}`,
        privateLinkServiceResourceId: `/subscriptions/${id}/privateLinkServices/pls_${id}`,
      };
    default:
      return { ...common, endpointGroupNames: [], serviceAttachmentNames: [`sa-${id}`] };
  }
}

const ENDPOINT_LISTS: { readonly [provider: string]: string } = {
  AWS: "interfaceEndpoints",
  AZURE: "privateEndpoints",
  GCP: "endpointGroupNames",
};

/** The field of a service that lists its endpoints. */
export function endpointListOf(provider: string): string {
  return ENDPOINT_LISTS[provider] ?? "interfaceEndpoints";
}

function endpointIds(service: Json): string[] {
  return textsAt(service, endpointListOf(textAt(service, "cloudProvider")));
}

async function createEndpoint(call: Call<EndpointBody>): Promise<Json> {
  const { simulation, body } = call;
  const service = serviceAt(call);
  const provider = textAt(service, "cloudProvider");
  const id = provider === "GCP" ? body.endpointGroupName : body.id;
  if (id === undefined)
    throw new AtlasFailure("MISSING_ATTRIBUTE", [provider === "GCP" ? "endpointGroupName" : "id"]);
  if (endpointIds(service).includes(id)) throw new AtlasFailure("ENDPOINT_ALREADY_EXISTS", [id]);
  const serviceId = call.param("endpointServiceId");
  const row: Json = {
    cloudProvider: provider,
    deleteRequested: false,
    errorMessage: null,
    ...endpointFields(provider, id, body),
    $status: "INITIATING",
  };
  service[endpointListOf(provider)] = [...endpointIds(service), id];
  await simulation.begin("privateEndpoints", keyOf(call.groupId, serviceId, id), row);
  return shownEndpoint(row);
}

function endpointFields(provider: string, id: string, body: EndpointBody): Json {
  if (provider === "AWS") return { interfaceEndpointId: id };
  if (provider === "AZURE") {
    return {
      privateEndpointResourceId: id,
      privateEndpointConnectionName: `${id.split("/").at(-1)}.connection`,
      privateEndpointIPAddress: body.privateEndpointIPAddress ?? null,
    };
  }
  return {
    endpointGroupName: id,
    endpoints: (body.endpoints ?? []).map((endpoint) => ({ ...endpoint, status: "AVAILABLE" })),
  };
}

/** AWS says `connectionStatus`, the others `status`. */
function shownEndpoint(endpoint: Json): Json {
  const field = endpoint["cloudProvider"] === "AWS" ? "connectionStatus" : "status";
  return { ...shown(endpoint), [field]: endpoint["$status"] };
}

function serviceAt(call: Call<unknown>): Json {
  const id = call.param("endpointServiceId");
  return getRow(call.simulation, {
    table: "endpointServices",
    key: keyOf(call.groupId, id),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [id],
  });
}

function endpointKey(call: Call): string {
  return keyOf(call.groupId, call.param("endpointServiceId"), call.param("endpointId"));
}

function endpointAt(call: Call): Json {
  serviceAt(call);
  return getRow(call.simulation, {
    table: "privateEndpoints",
    key: endpointKey(call),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [call.param("endpointId")],
  });
}
