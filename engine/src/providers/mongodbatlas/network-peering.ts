import type { PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { flagAt, mapsAt, textAt } from "../plain-values.ts";
import { doing, hasCode, isNotFound, unlessGone } from "./atlas-error.ts";
import { addressOf, callsOf } from "./calls.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { findOnlyOne } from "./only-one.ts";
import { regionLike } from "./region-name.ts";
import { NETWORK_PEERING } from "./schema-network.ts";
import { encodeStateId, partOfId, partsOfId } from "./state-id.ts";
import { compact, pick } from "./values.ts";
import { awaitNew, limitOf, waitForState, waitUntilGone } from "./wait-for-state.ts";

const VERSION = "2023-01-01";
const POLL_MS = 10_000;
const HOUR = 3600;
const READY = { good: ["FAILED", "AVAILABLE", "PENDING_ACCEPTANCE"] };
const TEXTS = [
  ...[
    "awsAccountId",
    "azureDirectoryId",
    "azureSubscriptionId",
    "connectionId",
    "errorMessage",
    "errorState",
  ],
  ...["errorStateName", "gcpProjectId", "networkName", "resourceGroupName", "routeTableCidrBlock", "status"],
  ...["statusName", "vnetName", "vpcId"],
];
const SENT: { readonly [provider: string]: readonly string[] } = {
  AWS: ["awsAccountId", "routeTableCidrBlock", "vpcId"],
  AZURE: ["azureDirectoryId", "azureSubscriptionId", "resourceGroupName", "vnetName"],
  GCP: ["gcpProjectId", "networkName"],
};
const ID = {
  names: ["project_id", "peer_id", "provider_name"],
  pattern: /^([^-]+)-([^-]+)-(.+)$/s,
  advice: "to import a peer, use the format {project_id}-{peer_id}-{provider_name}",
};

/** The connection of a network container with a network of ours. */
export const networkPeeringKind: ResourceKind = {
  schema: NETWORK_PEERING,
  create: async (context, { planned }) => {
    const projectId = textAt(planned, "projectId");
    return doing("error creating MongoDB Network Peering Connection", async () => {
      const { post, remove } = callsOf(context, VERSION);
      const { id } = await post(addressOfPeers(projectId), requestOf(planned));
      const peer = { projectId, peerId: String(id) };
      const live = (last: PropertyMap) => liveObject(context, last, planned);
      return awaitNew(() => settled(context, peer, planned, "create"), {
        planned,
        drop: () => remove(pathOf(peer)),
        live,
      });
    });
  },
  read: async (context, id, recorded) => {
    const { project_id: projectId = "", peer_id: peerId = "", provider_name = "" } = partsOfId(id, ID);
    return unlessGone(`error reading MongoDB Network Peering Connection (${peerId})`, async () => {
      const peer = await callsOf(context, VERSION).get(pathOf({ projectId, peerId }));
      return liveObject(context, peer, { providerName: provider_name, ...recorded, projectId });
    });
  },
  resumption: {
    find: async (context, planned) => {
      const projectId = textAt(planned, "projectId");
      const query = new URLSearchParams({
        providerName: textAt(planned, "providerName"),
        itemsPerPage: "500",
      });
      const list = await callsOf(context, VERSION).get(`${addressOfPeers(projectId)}?${query}`);
      const containerId = partOfId(textAt(planned, "containerId"), "container_id");
      const peers = mapsAt(list, "results").filter((peer) => peer["containerId"] === containerId);
      const lives = await Promise.all(peers.map((peer) => liveObject(context, peer, planned)));
      return findOnlyOne(NETWORK_PEERING, lives, planned);
    },
    late: [],
    finish: (context, { recorded, planned }) => settled(context, peerOf(recorded), planned, "create"),
  },
  update: async (context, { recorded, planned }) => {
    const peer = peerOf(recorded);
    return doing(`error updating MongoDB Network Peering Connection (${peer.peerId})`, async () => {
      await callsOf(context, VERSION).patch(pathOf(peer), requestOf(planned));
      return settled(context, peer, planned, "update");
    });
  },
  remove: async (context, _id, recorded) => {
    const peer = peerOf(recorded);
    const { get, remove } = callsOf(context, VERSION);
    await doing(`error deleting MongoDB Network Peering Connection (${peer.peerId})`, async () => {
      try {
        await remove(pathOf(peer));
      } catch (error) {
        if (isNotFound(error)) return;
        if (!hasCode(error, "PEER_ALREADY_REQUESTED_DELETION")) throw error;
      }
      const limit = limitOf(context, {}, ["delete", HOUR]);
      await waitUntilGone(context, { read: () => get(pathOf(peer)), every: POLL_MS, limit, stateOf });
    });
  },
};

interface Peer {
  readonly projectId: string;
  readonly peerId: string;
}

function peerOf(values: PropertyMap): Peer {
  return { projectId: textAt(values, "projectId"), peerId: textAt(values, "peerId") };
}

function addressOfPeers(projectId: string): string {
  return addressOf("groups", projectId, "peers");
}

function pathOf({ projectId, peerId }: Peer): string {
  return `${addressOfPeers(projectId)}${addressOf(peerId)}`;
}

function requestOf(planned: PropertyMap): PropertyMap {
  const providerName = textAt(planned, "providerName");
  const region = textAt(planned, "accepterRegionName").toLowerCase().replaceAll("_", "-");
  return compact({
    containerId: partOfId(textAt(planned, "containerId"), "container_id"),
    providerName,
    accepterRegionName: providerName === "AWS" ? region : undefined,
    ...pick(planned, SENT[providerName] ?? []),
  });
}

/** AWS says `statusName` where the others say `status`. */
function stateOf(peer: PropertyMap): string {
  return textAt(peer, "statusName") || textAt(peer, "status");
}

/** Waits until the connection is there, or its other side has to do something. */
async function settled(
  context: CallContext,
  peer: Peer,
  planned: PropertyMap,
  operation: string,
): Promise<LiveObject> {
  const { get } = callsOf(context, VERSION);
  const read = async (): Promise<PropertyMap> => {
    const live = await get(pathOf(peer));
    if (stateOf(live) !== "WAITING_FOR_USER") return live;
    // Atlas' side is done when the container is: then the other side can be made.
    const container = await get(containerPath(peer.projectId, textAt(live, "containerId")));
    return flagAt(container, "provisioned") ? { ...live, $state: "PENDING_ACCEPTANCE" } : live;
  };
  const waiting = {
    read,
    every: POLL_MS,
    limit: limitOf(context, {}, [operation, HOUR]),
    stateOf: (live: PropertyMap) => textAt(live, "$state") || stateOf(live),
  };
  const live = await waitForState(context, waiting, READY);
  const object = await liveObject(context, live, planned);
  if (stateOf(live) !== "FAILED") return object;
  const reason = textAt(live, "errorStateName") || textAt(live, "errorState");
  throw new UnfinishedObject(
    `peer networking is in a failed state: ${reason}. Mend what it names; the next update tries again`,
    object,
  );
}

function containerPath(projectId: string, containerId: string): string {
  return addressOf("groups", projectId, "containers", containerId);
}

/** A peer with what its container says of Atlas' side. */
async function liveObject(context: CallContext, peer: PropertyMap, known: PropertyMap): Promise<LiveObject> {
  const projectId = textAt(known, "projectId");
  const providerName = textAt(known, "providerName");
  const peerId = textAt(peer, "id");
  const liveContainerId = textAt(peer, "containerId");
  const container = await callsOf(context, VERSION).get(containerPath(projectId, liveContainerId));
  const region = textAt(peer, "accepterRegionName") || textAt(container, "regionName");
  const isGoogle = providerName === "GCP";
  const isKnown = partOfId(textAt(known, "containerId"), "container_id") === liveContainerId;
  return {
    id: encodeStateId({ project_id: projectId, peer_id: peerId, provider_name: providerName }),
    values: compact({
      ...Object.fromEntries(TEXTS.map((name) => [name, textAt(peer, name)])),
      accepterRegionName: regionLike(region.toLowerCase().replaceAll("_", "-"), known["accepterRegionName"]),
      atlasCidrBlock: textAt(container, "atlasCidrBlock"),
      atlasGcpProjectId: isGoogle ? textAt(container, "gcpProjectId") : undefined,
      atlasId: peerId,
      atlasVpcName: isGoogle ? textAt(container, "networkName") : undefined,
      containerId: isKnown ? known["containerId"] : liveContainerId,
      peerId,
      projectId,
      providerName,
      ...pick(known, ["deleteOnCreateTimeout"]),
    }),
  };
}
