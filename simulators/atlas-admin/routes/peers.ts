import type { z } from "zod";
import { type PeerBody, peerBody } from "../bodies/network.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2023-01-01";
const PEERS = "/groups/{groupId}/peers";
const PEER = `${PEERS}/{peerId}`;
const READER = ["GROUP_READ_ONLY"];
const MANAGER = ["GROUP_NETWORK_ACCESS_MANAGER"];
const body = peerBody as z.ZodType<PeerBody>;

const NEEDED: { readonly [provider: string]: readonly (keyof PeerBody)[] } = {
  AWS: ["accepterRegionName", "awsAccountId", "routeTableCidrBlock", "vpcId"],
  AZURE: ["azureDirectoryId", "azureSubscriptionId", "resourceGroupName", "vnetName"],
  GCP: ["gcpProjectId", "networkName"],
};

export const peerRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: PEERS,
    version: VERSION,
    roles: READER,
    handle: (call) => {
      const provider = call.query.get("providerName") ?? "AWS";
      const rows = call.simulation.table("peers").below(call.groupId);
      return call.page(rows.filter((peer) => peer["$provider"] === provider).map(shownPeer));
    },
  }),
  route({ method: "POST", path: PEERS, version: VERSION, roles: MANAGER, body, handle: createPeer }),
  route({
    method: "GET",
    path: PEER,
    version: VERSION,
    roles: READER,
    handle: (call) => shownPeer(peerAt(call)),
  }),
  route({
    method: "PATCH",
    path: PEER,
    version: VERSION,
    roles: MANAGER,
    body,
    handle: async (call) => {
      const peer = peerAt(call);
      checkPeer(call);
      Object.assign(peer, call.body);
      // A change of a failed connection is another attempt.
      if (peer["statusName"] === "FAILED") {
        await call.simulation.move("peers", keyOf(call.groupId, call.param("peerId")), firstState(call.body));
      }
      return shownPeer(peer);
    },
  }),
  route({
    method: "DELETE",
    path: PEER,
    version: VERSION,
    status: 202,
    roles: MANAGER,
    handle: async (call) => {
      const id = call.param("peerId");
      if (peerAt(call)["statusName"] === "TERMINATING") {
        throw new AtlasFailure("PEER_ALREADY_REQUESTED_DELETION", [id]);
      }
      await call.simulation.move("peers", keyOf(call.groupId, id), "TERMINATING");
      return {};
    },
  }),
];

async function createPeer(call: Call<PeerBody>): Promise<Json> {
  checkPeer(call);
  const { simulation, groupId } = call;
  const id = simulation.newId();
  const connection = call.body.providerName === "AWS" ? { connectionId: null } : {};
  const peer: Json = {
    ...call.body,
    ...connection,
    id,
    statusName: firstState(call.body),
    $provider: call.body.providerName,
  };
  return shownPeer(await simulation.begin("peers", keyOf(groupId, id), peer));
}

function firstState({ providerName }: PeerBody): string {
  return providerName === "AWS" ? "INITIATING" : "ADDING_PEER";
}

function checkPeer({ simulation, groupId, body: asked }: Call<PeerBody>): void {
  const missing = NEEDED[asked.providerName]?.find((name) => asked[name] === undefined);
  if (missing !== undefined) throw new AtlasFailure("MISSING_ATTRIBUTE", [missing]);
  getRow(simulation, {
    table: "containers",
    key: keyOf(groupId, asked.containerId),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [asked.containerId],
  });
}

function peerAt(call: Call<unknown>): Json {
  const id = call.param("peerId");
  return getRow(call.simulation, {
    table: "peers",
    key: keyOf(call.groupId, id),
    otherwise: "RESOURCE_NOT_FOUND",
    parameters: [id],
  });
}

/** Azure and Google say `status` where AWS says `statusName`. */
function shownPeer(peer: Json): Json {
  if (peer["$provider"] === "AWS") return shown(peer);
  const { statusName, ...rest } = shown(peer);
  return { ...rest, status: textAt({ statusName }, "statusName") };
}
