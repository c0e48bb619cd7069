import { isPropertyArray, type PropertyMap } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import { flag, objects, type Problem, type ResourceSchema, TRAITS, text, texts } from "./schema.ts";
import { deleteOnCreateTimeout, projectId } from "./schema-shared.ts";

const { required, computed, output } = TRAITS;
const CLOUDS = ["AWS", "AZURE", "GCP"];
const decided = { computed: true, forceNew: true } as const;
const fixed = { required: true, forceNew: true } as const;

/** What each cloud needs to be told. Unknown values count as given. */
function missingFor(
  needed: { readonly [provider: string]: readonly string[] },
  inputs: PropertyMap,
): readonly Problem[] {
  const provider = textAt(inputs, "providerName");
  return (needed[provider] ?? [])
    .filter((name) => (inputs[name] ?? "") === "")
    .map((name) => ({
      path: name,
      reason: `\`${name}\` must be set when \`providerName\` is \`${provider}\``,
    }));
}

export const NETWORK_CONTAINER: ResourceSchema = {
  type: "mongodbatlas:index/networkContainer:NetworkContainer",
  version: 0,
  outputsId: true,
  legacy: true,
  rules: (inputs) => missingFor({ AWS: ["regionName"], AZURE: ["region"] }, inputs),
  fields: {
    atlasCidrBlock: text(required),
    azureSubscriptionId: text(output),
    containerId: text(output),
    gcpProjectId: text(output),
    networkName: text(output),
    projectId,
    providerName: text({ default: "AWS", oneOf: CLOUDS }),
    provisioned: flag(output),
    region: text(computed),
    regionName: text(computed),
    regions: texts(computed),
    vnetName: text(output),
    vpcId: text(output),
  },
};

export const NETWORK_PEERING: ResourceSchema = {
  type: "mongodbatlas:index/networkPeering:NetworkPeering",
  version: 0,
  outputsId: true,
  legacy: true,
  limits: { create: 3600, delete: 3600, update: 3600 },
  rules: (inputs) =>
    missingFor(
      {
        AWS: ["accepterRegionName", "awsAccountId", "routeTableCidrBlock", "vpcId"],
        AZURE: ["azureDirectoryId", "azureSubscriptionId", "resourceGroupName", "vnetName"],
        GCP: ["gcpProjectId", "networkName"],
      },
      inputs,
    ),
  fields: {
    accepterRegionName: text(computed),
    atlasCidrBlock: text(decided),
    atlasGcpProjectId: text(computed),
    atlasId: text(output),
    atlasVpcName: text(computed),
    awsAccountId: text(computed),
    azureDirectoryId: text(decided),
    azureSubscriptionId: text(decided),
    connectionId: text(output),
    containerId: text(fixed),
    deleteOnCreateTimeout: flag({ createOnly: true }),
    errorMessage: text(output),
    errorState: text(output),
    errorStateName: text(output),
    gcpProjectId: text(decided),
    networkName: text(decided),
    peerId: text(output),
    projectId,
    providerName: text({ required: true, oneOf: CLOUDS }),
    resourceGroupName: text(decided),
    routeTableCidrBlock: text(computed),
    status: text(output),
    statusName: text(output),
    vnetName: text(decided),
    vpcId: text(decided),
  },
};

export const PRIVATE_LINK_ENDPOINT: ResourceSchema = {
  type: "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint",
  version: 0,
  outputsId: true,
  legacy: true,
  limits: { create: 3600, delete: 3600, update: 3600 },
  rules: (inputs) =>
    inputs["portMappingEnabled"] === true && CLOUDS.slice(0, 2).includes(textAt(inputs, "providerName"))
      ? [
          {
            path: "portMappingEnabled",
            reason: "`portMappingEnabled` is only supported for GCP: take it out",
          },
        ]
      : [],
  fields: {
    deleteOnCreateTimeout,
    endpointGroupNames: texts(output),
    endpointServiceName: text(output),
    errorMessage: text(output),
    interfaceEndpoints: texts(output),
    portMappingEnabled: flag({ createOnly: true }),
    privateEndpoints: texts(output),
    privateLinkId: text(output),
    privateLinkServiceName: text(output),
    privateLinkServiceResourceId: text(output),
    projectId,
    providerName: text({ ...fixed, oneOf: CLOUDS }),
    region: text(fixed),
    regionName: text(output),
    serviceAttachmentNames: texts(output),
    status: text(output),
    supportedRemoteRegions: texts({ isSet: true }),
  },
};

function endpointProblems(inputs: PropertyMap): readonly Problem[] {
  const missing = missingFor({ AZURE: ["privateEndpointIpAddress"], GCP: ["gcpProjectId"] }, inputs);
  if (textAt(inputs, "providerName") !== "GCP") return missing;
  const hasAddress = (inputs["privateEndpointIpAddress"] ?? "") !== "";
  const { endpoints = null } = inputs;
  const hasEndpoints = endpoints !== null && !(isPropertyArray(endpoints) && endpoints.length === 0);
  if (hasAddress !== hasEndpoints) return missing;
  return [
    ...missing,
    {
      path: "endpoints",
      reason:
        "for GCP, you must provide exactly one of: `privateEndpointIpAddress` (port-mapped architecture) or `endpoints` (GCP legacy private endpoint architecture)",
    },
  ];
}

export const PRIVATE_LINK_ENDPOINT_SERVICE: ResourceSchema = {
  type: "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService",
  version: 0,
  outputsId: true,
  legacy: true,
  limits: { create: 7200, delete: 7200 },
  rules: endpointProblems,
  fields: {
    awsConnectionStatus: text(output),
    azureStatus: text(output),
    deleteOnCreateTimeout,
    deleteRequested: flag(output),
    endpointGroupName: text(output),
    endpointServiceId: text(fixed),
    endpoints: objects(
      { endpointName: text(), ipAddress: text(), status: text(output) },
      { ...decided, conflicts: ["privateEndpointIpAddress"] },
    ),
    errorMessage: text(output),
    gcpEndpointStatus: text(output),
    gcpProjectId: text({ forceNew: true }),
    gcpStatus: text(output),
    interfaceEndpointId: text(output),
    portMappingEnabled: flag(output),
    privateEndpointConnectionName: text(output),
    privateEndpointIpAddress: text({ ...decided, conflicts: ["endpoints"] }),
    privateEndpointResourceId: text(output),
    privateLinkId: text(fixed),
    projectId,
    providerName: text({ ...fixed, oneOf: CLOUDS }),
  },
};
