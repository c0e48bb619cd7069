import { z } from "zod";
import { requestBody } from "./request-body.ts";
import { id } from "./shared.ts";

const provider = z.enum(["AWS", "AZURE", "GCP"]);
const CONTAINER_READ_ONLY = [
  "id",
  "provisioned",
  "azureSubscriptionId",
  "vnetName",
  "gcpProjectId",
  "networkName",
  "vpcId",
];

const containerFields = {
  atlasCidrBlock: z.string(),
  region: z.string().optional(),
  regionName: z.string().optional(),
  regions: z.array(z.string()).optional(),
};

export const containerBody = requestBody(
  { ...containerFields, providerName: provider.default("AWS") },
  CONTAINER_READ_ONLY,
);

export const containerChange = requestBody(
  { ...containerFields, atlasCidrBlock: z.string().optional(), providerName: provider.optional() },
  CONTAINER_READ_ONLY,
);

const peerFields = {
  accepterRegionName: z.string().optional(),
  awsAccountId: z.string().optional(),
  azureDirectoryId: z.string().optional(),
  azureSubscriptionId: z.string().optional(),
  containerId: id,
  gcpProjectId: z.string().optional(),
  networkName: z.string().optional(),
  providerName: provider.default("AWS"),
  resourceGroupName: z.string().optional(),
  routeTableCidrBlock: z.string().optional(),
  vnetName: z.string().optional(),
  vpcId: z.string().optional(),
};

export const peerBody = requestBody(peerFields, [
  "id",
  "connectionId",
  "errorMessage",
  "errorState",
  "errorStateName",
  "status",
  "statusName",
]);

export type PeerBody = z.infer<typeof peerBody>;

export const endpointServiceBody = requestBody({
  portMappingEnabled: z.boolean().optional(),
  providerName: provider,
  region: z.string(),
  supportedRemoteRegions: z.array(z.string()).optional(),
});

export const endpointBody = requestBody(
  {
    id: z.string().optional(),
    privateEndpointIPAddress: z.string().optional(),
    endpointGroupName: z.string().optional(),
    endpoints: z
      .array(z.strictObject({ endpointName: z.string().optional(), ipAddress: z.string().optional() }))
      .optional(),
    gcpProjectId: z.string().optional(),
  },
  ["cloudProvider"],
);

export type EndpointBody = z.infer<typeof endpointBody>;
