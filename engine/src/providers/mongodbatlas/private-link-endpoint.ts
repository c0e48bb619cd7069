import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { flagAt, mapsAt, sameValue, textAt, textsAt } from "../plain-values.ts";
import { doing, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { findOnlyOne } from "./only-one.ts";
import { sameRegion } from "./region-name.ts";
import { PRIVATE_LINK_ENDPOINT } from "./schema-network.ts";
import { encodeStateId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { awaitNew, limitOf, waitForState, waitUntilGone } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const POLL_MS = 5000;
const HOUR = 3600;
const READY = { good: ["WAITING_FOR_USER", "AVAILABLE", "FAILED"] };
const TEXTS = [
  ...["endpointServiceName", "errorMessage", "privateLinkServiceName", "privateLinkServiceResourceId"],
  ...["regionName", "status"],
];
const LISTS = ["endpointGroupNames", "interfaceEndpoints", "privateEndpoints", "serviceAttachmentNames"];
const ID = {
  names: ["project_id", "private_link_id", "provider_name", "region"],
  pattern: /^([^-]+)-([^-]+)-([^-]+)-(.+)$/s,
  advice:
    "to import a MongoDB Private Endpoint, use the format {project_id}-{private_link_id}-{provider_name}-{region}",
};

interface Keys {
  readonly projectId: string;
  readonly providerName: string;
  readonly region: string;
}

/** Atlas' side of private connections from one region of one cloud. */
export const privateLinkEndpointKind: ResourceKind = {
  schema: PRIVATE_LINK_ENDPOINT,
  create: async (context, { planned }) => {
    const keys = keysOf(planned);
    return doing("error creating MongoDB Private Endpoints Connection", async () => {
      const { post, remove } = callsOf(context, VERSION);
      const service = await post(
        addressOf("groups", keys.projectId, "privateEndpoint", "endpointService"),
        pick(planned, ["portMappingEnabled", "providerName", "region", "supportedRemoteRegions"]),
      );
      const id = textAt(service, "id");
      return awaitNew(() => settled(context, { ...keys, id }, planned, "create"), {
        planned,
        drop: () => remove(pathOf(keys, id)),
        live: (last) => liveObject(keys, last, planned),
      });
    });
  },
  read: async (context, id, recorded) => {
    const parts = partsOfId(id, ID);
    const { project_id: projectId = "", provider_name: providerName = "", region = "" } = parts;
    const { private_link_id: linkId = "" } = parts;
    const keys = { projectId, providerName, region };
    const service = await unlessGone(`error reading MongoDB Private Endpoints Connection(${linkId})`, () =>
      callsOf(context, VERSION).get(pathOf(keys, linkId)),
    );
    return service === undefined ? undefined : liveObject(keys, service, recorded);
  },
  resumption: {
    find: async (context, planned) => {
      const keys = keysOf(planned);
      const list = await callsOf(context, VERSION).get(addressOfServices(keys));
      const services = mapsAt({ all: list["value"] ?? list["results"] ?? null }, "all");
      const here = services.filter((service) => sameRegion(textAt(service, "regionName"), keys.region));
      return findOnlyOne(
        PRIVATE_LINK_ENDPOINT,
        here.map((service) => liveObject(keys, service, planned)),
        planned,
      );
    },
    late: [],
    finish: (context, { recorded, planned }) =>
      settled(context, { ...keysOf(recorded), id: textAt(recorded, "privateLinkId") }, planned, "create"),
  },
  update: async (context, { recorded, planned }) => {
    const [keys, id] = [keysOf(recorded), textAt(recorded, "privateLinkId")];
    return doing(`error updating MongoDB Private Endpoints Connection(${id})`, async () => {
      if (!sameValue(recorded["supportedRemoteRegions"], planned["supportedRemoteRegions"])) {
        await callsOf(context, VERSION).patch(
          addressOf("groups", keys.projectId, "privateEndpoint", "endpointService", id),
          {
            cloudProvider: keys.providerName,
            supportedRemoteRegions: textsAt(planned, "supportedRemoteRegions"),
          },
        );
      }
      return settled(context, { ...keys, id }, planned, "update");
    });
  },
  remove: async (context, _id, recorded) => {
    const [keys, id] = [keysOf(recorded), textAt(recorded, "privateLinkId")];
    const { get, remove } = callsOf(context, VERSION);
    await unlessGone(`error deleting MongoDB Private Endpoints Connection(${id})`, async () => {
      await remove(pathOf(keys, id));
      const limit = limitOf(context, {}, ["delete", HOUR]);
      await waitUntilGone(context, {
        read: () => get(pathOf(keys, id)),
        every: POLL_MS,
        limit,
        stateOf,
      });
    });
  },
};

function keysOf(values: PropertyMap): Keys {
  return {
    projectId: textAt(values, "projectId"),
    providerName: textAt(values, "providerName"),
    region: textAt(values, "region"),
  };
}

function addressOfServices({ projectId, providerName }: Keys): string {
  return addressOf("groups", projectId, "privateEndpoint", providerName, "endpointService");
}

function pathOf(keys: Keys, id: string): string {
  return `${addressOfServices(keys)}${addressOf(id)}`;
}

function stateOf(service: PropertyMap): string {
  return textAt(service, "status");
}

/** Waits until our side can be made. */
async function settled(
  context: CallContext,
  { id, ...keys }: Keys & { readonly id: string },
  planned: PropertyMap,
  operation: string,
): Promise<LiveObject> {
  const read = () => callsOf(context, VERSION).get(pathOf(keys, id));
  const limit = limitOf(context, {}, [operation, HOUR]);
  const service = await waitForState(context, { read, every: POLL_MS, limit, stateOf }, READY);
  const live = liveObject(keys, service, planned);
  const reason = textAt(service, "errorMessage");
  if (stateOf(service) !== "FAILED" && reason === "") return live;
  throw new UnfinishedObject(
    `privatelink endpoint is in a failed state: ${reason}. Mend what it names, or delete the resource and make it again`,
    live,
  );
}

function liveObject(keys: Keys, service: PropertyMap, known: PropertyMap): LiveObject {
  const privateLinkId = textAt(service, "id");
  const remote = textsAt(service, "supportedRemoteRegions");
  return {
    id: encodeStateId({
      private_link_id: privateLinkId,
      project_id: keys.projectId,
      provider_name: keys.providerName,
      region: keys.region,
    }),
    values: compact({
      ...Object.fromEntries(TEXTS.map((name) => [name, textAt(service, name)])),
      ...Object.fromEntries(LISTS.map((name) => [name, textsAt(service, name)])),
      ...keys,
      portMappingEnabled: flagAt(service, "portMappingEnabled"),
      privateLinkId,
      supportedRemoteRegions: remote.length > 0 ? remote : undefined,
      ...pick(known, ["deleteOnCreateTimeout"]),
    }),
  };
}
