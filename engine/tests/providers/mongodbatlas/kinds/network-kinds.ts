import { outputAt, typeOf } from "../simulated-atlas.ts";
import { because, identity, type KindCase, mutationsOf, ours } from "./kind-case.ts";

export const NETWORK_CONTAINER: KindCase = {
  name: "NetworkContainer",
  news: ({ projectId }) => ({
    projectId,
    atlasCidrBlock: "10.8.0.0/21",
    providerName: "AWS",
    regionName: "EU_WEST_1",
  }),
  changes: { atlasCidrBlock: "10.16.0.0/21" },
  replaces: { projectId: "5f0000000000000000000002" },
  importId: ({ projectId }, recorded) => `${projectId}-${outputAt(recorded, "containerId")}`,
  mutations: ({ world, projectId }, recorded) =>
    mutationsOf("containers", world.key(projectId, outputAt(recorded, "containerId")), {
      atlasCidrBlock: [["atlasCidrBlock"], "10.24.0.0/21"],
      providerName: [["providerName"], "AZURE"],
      regionName: [["regionName"], "EU_WEST_2"],
    }),
  notInConsole: identity("projectId"),
};

export const NETWORK_PEERING: KindCase = {
  name: "NetworkPeering",
  prepare: async (world, projectId) => {
    const container = await world.stack.create(typeOf("NetworkContainer"), {
      projectId,
      atlasCidrBlock: "10.8.0.0/21",
      regionName: "EU_WEST_1",
    });
    return { containerId: outputAt(container, "containerId") };
  },
  news: ({ projectId, parts }) => ({
    projectId,
    containerId: parts["containerId"] ?? "",
    providerName: "AWS",
    accepterRegionName: "eu-west-1",
    awsAccountId: "123456789012",
    routeTableCidrBlock: "10.0.0.0/16",
    vpcId: "vpc-1",
    deleteOnCreateTimeout: true,
  }),
  changes: { routeTableCidrBlock: "10.1.0.0/16" },
  replaces: { vpcId: "vpc-2", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }, recorded) => `${projectId}-${outputAt(recorded, "peerId")}-AWS`,
  untold: ["deleteOnCreateTimeout"],
  mutations: ({ world, projectId }, recorded) =>
    mutationsOf("peers", world.key(projectId, outputAt(recorded, "peerId")), {
      accepterRegionName: [["accepterRegionName"], "eu-west-2"],
      awsAccountId: [["awsAccountId"], "210987654321"],
      routeTableCidrBlock: [["routeTableCidrBlock"], "10.2.0.0/16"],
      vpcId: [["vpcId"], "vpc-9"],
    }),
  notInConsole: {
    ...identity("projectId", "providerName"),
    ...because("a connection stays in its container", "containerId"),
    ...ours("deleteOnCreateTimeout"),
  },
};

export const PRIVATE_LINK_ENDPOINT: KindCase = {
  name: "PrivateLinkEndpoint",
  news: ({ projectId }) => ({
    projectId,
    providerName: "AWS",
    region: "EU_WEST_1",
    deleteOnCreateTimeout: true,
  }),
  replaces: { region: "EU_WEST_2", providerName: "AZURE", deleteOnCreateTimeout: false },
  importId: ({ projectId }, recorded) => `${projectId}-${outputAt(recorded, "privateLinkId")}-AWS-EU_WEST_1`,
  untold: ["deleteOnCreateTimeout"],
  mutations: () => [],
  notInConsole: { ...identity("projectId", "providerName", "region"), ...ours("deleteOnCreateTimeout") },
};

export const PRIVATE_LINK_ENDPOINT_SERVICE: KindCase = {
  name: "PrivateLinkEndpointService",
  prepare: async (world, projectId) => {
    const link = await world.stack.create(typeOf("PrivateLinkEndpoint"), {
      projectId,
      providerName: "AWS",
      region: "EU_WEST_1",
    });
    return { privateLinkId: outputAt(link, "privateLinkId") };
  },
  news: ({ projectId, parts }) => ({
    projectId,
    privateLinkId: parts["privateLinkId"] ?? "",
    endpointServiceId: "vpce-1",
    providerName: "AWS",
    deleteOnCreateTimeout: true,
  }),
  replaces: { endpointServiceId: "vpce-2", deleteOnCreateTimeout: false },
  importId: ({ projectId }, recorded) => `${projectId}--${outputAt(recorded, "privateLinkId")}--vpce-1--AWS`,
  untold: ["deleteOnCreateTimeout"],
  mutations: () => [],
  notInConsole: {
    ...identity("projectId", "privateLinkId", "endpointServiceId", "providerName"),
    ...ours("deleteOnCreateTimeout"),
  },
};
