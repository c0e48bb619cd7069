import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { flagAt, mapsAt, textAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { PRIVATE_LINK_ENDPOINT_SERVICE } from "./schema-network.ts";
import { encodeStateId, partOfId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { awaitNew, limitOf, waitForState, waitUntilGone } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const CLUSTERS_VERSION = "2024-08-05";
const POLL_MS = 10_000;
const LIMIT_SECONDS = 7200;
const READY = { good: ["AVAILABLE", "REJECTED", "FAILED"] };
const TEXTS = [
  ...["errorMessage", "interfaceEndpointId", "privateEndpointConnectionName", "privateEndpointResourceId"],
];
const KEY_NAMES = ["projectId", "privateLinkId", "endpointServiceId", "providerName"] as const;
const ID = {
  names: ["project_id", "private_link_id", "endpoint_service_id", "provider_name"],
  pattern: /^(.+?)--(.+?)--(.+)--(.+)$/s,
  advice:
    "to import a MongoDB Private Endpoint, use the format {project_id}--{private_link_id}--{endpoint_service_id}--{provider_name}",
};

type Keys = { readonly [Name in (typeof KEY_NAMES)[number]]: string };

/** Our side of a private connection, as Atlas knows it. */
export const privateLinkEndpointServiceKind: ResourceKind = {
  schema: PRIVATE_LINK_ENDPOINT_SERVICE,
  create: async (context, { planned }) => {
    const keys = keysOf(planned);
    const where = `Connection(${keys.endpointServiceId}) to a Private Endpoint (${keys.privateLinkId})`;
    return doing(`error adding MongoDB Private Service Endpoint ${where}`, async () => {
      const { post, remove } = callsOf(context, VERSION);
      await post(addressOfEndpoints(keys), requestOf(keys, planned));
      return awaitNew(() => settled(context, keys, planned), {
        planned,
        drop: () => remove(pathOf(keys)),
        live: (last) => liveObject(keys, last, planned),
      });
    });
  },
  read: (context, id, recorded) => {
    const parts = partsOfId(id, ID);
    const keys = {
      projectId: parts["project_id"] ?? "",
      privateLinkId: parts["private_link_id"] ?? "",
      endpointServiceId: parts["endpoint_service_id"] ?? "",
      providerName: parts["provider_name"] ?? "",
    };
    return find(context, keys, recorded);
  },
  resumption: {
    find: (context, planned) => find(context, keysOf(planned), planned),
    late: [],
    finish: (context, { planned }) => settled(context, keysOf(planned), planned),
  },
  // Nothing of it can be changed: an earlier run gave the waiting up.
  update: (context, { recorded, planned }) => settled(context, keysOf(recorded), planned),
  remove: async (context, _id, recorded) => {
    const keys = keysOf(recorded);
    const { get, remove } = callsOf(context, VERSION);
    const where = `Connection(${keys.endpointServiceId})`;
    await unlessGone(`error deleting MongoDB Private Service Endpoint ${where}`, async () => {
      await remove(pathOf(keys));
      const limit = limitOf(context, {}, ["delete", LIMIT_SECONDS]);
      const read = () => get(pathOf(keys));
      await waitUntilGone(context, { read, every: POLL_MS, limit, stateOf });
      await waitForClusters(context, keys.projectId, limit);
    });
  },
};

function keysOf(values: PropertyMap): Keys {
  const [projectId = "", privateLinkId = "", endpointServiceId = "", providerName = ""] = KEY_NAMES.map(
    (name) => textAt(values, name),
  );
  return { projectId, privateLinkId, endpointServiceId, providerName };
}

function addressOfEndpoints({ projectId, providerName, privateLinkId }: Keys): string {
  const link = partOfId(privateLinkId, "private_link_id");
  return addressOf(
    ...["groups", projectId, "privateEndpoint", providerName, "endpointService", link, "endpoint"],
  );
}

function pathOf(keys: Keys): string {
  return `${addressOfEndpoints(keys)}${addressOf(keys.endpointServiceId)}`;
}

function requestOf({ providerName, endpointServiceId }: Keys, planned: PropertyMap): PropertyMap {
  const address = textAt(planned, "privateEndpointIpAddress");
  switch (providerName) {
    case "AZURE":
      return { id: endpointServiceId, privateEndpointIPAddress: address };
    case "GCP":
      return {
        endpointGroupName: endpointServiceId,
        gcpProjectId: textAt(planned, "gcpProjectId"),
        endpoints:
          address === ""
            ? mapsAt(planned, "endpoints").map((each) => pick(each, ["endpointName", "ipAddress"]))
            : [{ endpointName: endpointServiceId, ipAddress: address }],
      };
    default:
      return { id: endpointServiceId };
  }
}

/** AWS says `connectionStatus` where the others say `status`. */
function stateOf(endpoint: PropertyMap): string {
  return textAt(endpoint, "connectionStatus") || textAt(endpoint, "status");
}

async function settled(context: CallContext, keys: Keys, planned: PropertyMap): Promise<LiveObject> {
  const limit = limitOf(context, {}, ["create", LIMIT_SECONDS]);
  const read = () => callsOf(context, VERSION).get(pathOf(keys));
  const endpoint = await waitForState(context, { read, every: POLL_MS, limit, stateOf }, READY);
  const live = liveObject(keys, endpoint, planned);
  if (stateOf(endpoint) !== "AVAILABLE" || textAt(endpoint, "errorMessage") !== "") {
    const reason = `${stateOf(endpoint)} ${textAt(endpoint, "errorMessage")}`.trim();
    throw new UnfinishedObject(
      `privatelink endpoint service is in a failed state: ${reason}. Mend the endpoint in its cloud, then update again`,
      live,
    );
  }
  await waitForClusters(context, keys.projectId, limit);
  return live;
}

/** The clusters get addresses for the connection. That they take long is no failure of the connection. */
async function waitForClusters(context: CallContext, projectId: string, limit: number): Promise<void> {
  const read = () => callsOf(context, CLUSTERS_VERSION).get(addressOf("groups", projectId, "clusters"));
  const stateOf = (list: PropertyMap): string =>
    mapsAt(list, "results").every((cluster) => cluster["stateName"] === "IDLE") ? "IDLE" : "UPDATING";
  try {
    await waitForState(context, { read, every: POLL_MS, limit, stateOf }, { good: ["IDLE"] });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    context.warn(`error awaiting the project's clusters to be IDLE: ${error.message}`);
  }
}

async function find(context: CallContext, keys: Keys, known: PropertyMap): Promise<LiveObject | undefined> {
  const endpoint = await unlessGone(
    `error reading MongoDB Private Service Endpoint Connection(${keys.endpointServiceId})`,
    () => callsOf(context, VERSION).get(pathOf(keys)),
  );
  return endpoint === undefined ? undefined : liveObject(keys, endpoint, known);
}

function liveObject(keys: Keys, endpoint: PropertyMap, known: PropertyMap): LiveObject {
  const privateLinkId = partOfId(keys.privateLinkId, "private_link_id");
  return {
    id: encodeStateId({
      endpoint_service_id: keys.endpointServiceId,
      private_link_id: privateLinkId,
      project_id: keys.projectId,
      provider_name: keys.providerName,
    }),
    values: compact({
      ...Object.fromEntries(TEXTS.map((name) => [name, textAt(endpoint, name)])),
      ...keys,
      awsConnectionStatus: textAt(endpoint, "connectionStatus"),
      deleteRequested: flagAt(endpoint, "deleteRequested"),
      ...byProvider(keys.providerName, endpoint, known),
      ...pick(known, ["deleteOnCreateTimeout"]),
    }),
  };
}

function byProvider(provider: string, endpoint: PropertyMap, known: PropertyMap): PropertyMap {
  if (provider === "AZURE") {
    return {
      azureStatus: textAt(endpoint, "status"),
      privateEndpointIpAddress: textAt(endpoint, "privateEndpointIPAddress"),
    };
  }
  if (provider !== "GCP") return {};
  const endpoints = mapsAt(endpoint, "endpoints");
  const shared = {
    gcpProjectId: textAt(endpoint, "gcpProjectId") || textAt(known, "gcpProjectId"),
    gcpStatus: textAt(endpoint, "status"),
    portMappingEnabled: flagAt(endpoint, "portMappingEnabled"),
  };
  const isMapped = shared.portMappingEnabled || textAt(known, "privateEndpointIpAddress") !== "";
  return isMapped
    ? {
        ...shared,
        gcpEndpointStatus: textAt(endpoints[0] ?? {}, "status"),
        privateEndpointIpAddress: textAt(endpoints[0] ?? {}, "ipAddress"),
      }
    : { ...shared, endpoints: endpoints.map((each) => pick(each, ["endpointName", "ipAddress", "status"])) };
}
