import { z } from "zod";
import { networkRange } from "./network-range.ts";

const objectId = z.string().regex(/^[0-9a-f]{24}$/, "is not an id of Atlas (24 hex digits)");
const region = z.string().regex(/^[A-Z0-9_]+$/, "is not a region in Atlas's spelling, for example EU_WEST_1");
const provider = z.enum(["AWS", "AZURE", "GCP"]);
const tier = z.enum(["M10", "M20", "M30", "M40", "M50", "M60", "M80"]);

const project = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("create").describe("The stack makes a project of its own"),
      orgId: objectId.describe("Organisation that it belongs to and that pays for it"),
      name: z.string().min(1).max(64).default("trials-cloud").describe("Name of the project"),
    }),
    z.strictObject({
      kind: z.literal("existing").describe("The project is there already and stays when the stack goes"),
      projectId: objectId.describe("Id of the project"),
    }),
  ])
  .describe("The Atlas project");

const backup = z
  .strictObject({
    pointInTime: z.int().min(1).max(30).default(7).describe("Reach of point-in-time restore, days"),
    daily: z.int().min(7).max(90).default(14).describe("How long daily snapshots are kept, days"),
    weekly: z.int().min(1).max(52).default(8).describe("How long weekly snapshots are kept, weeks"),
    monthly: z.int().min(1).max(120).default(12).describe("How long monthly snapshots are kept, months"),
  })
  .prefault({})
  .describe("Backups of a dedicated cluster");

const connection = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("public").describe("Public addresses, open to the access list only") }),
    z.strictObject({
      kind: z.literal("private-endpoint").describe("A private endpoint in the cluster's network"),
      endpointId: z
        .string()
        .min(1)
        .optional()
        .describe("Id of the endpoint made for Atlas's service; absent until that is known"),
    }),
    z.strictObject({
      kind: z.literal("peering").describe("Peering with a network of yours on AWS"),
      accountId: z
        .string()
        .regex(/^\d{12}$/, "is no AWS account id (12 digits)")
        .describe("Account of it"),
      vpcId: z.string().min(1).describe("Id of the network"),
      region: z.string().min(1).describe("Region of it, in AWS's spelling"),
      vpcRange: networkRange.describe("Addresses of it"),
      atlasRange: networkRange.default("192.168.248.0/21").describe("Addresses on Atlas's side"),
    }),
  ])
  .prefault({ kind: "public" })
  .describe("How the services reach the cluster");

const encryption = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("provider").describe("Keys of the cloud provider") }),
    z.strictObject({
      kind: z.literal("aws-kms").describe("A key of yours in AWS KMS"),
      keyId: z.string().min(1).describe("Id of the key"),
      region: region.describe("Region of the key"),
      roleId: objectId.describe("Access role that Atlas assumes"),
    }),
  ])
  .prefault({ kind: "provider" })
  .describe("Encryption at rest");

const cluster = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("dedicated").describe("Servers of its own, with point-in-time restore"),
        provider: provider.default("AWS").describe("Cloud that the servers run in"),
        region: region.describe("Region of the servers"),
        version: z.enum(["7.0", "8.0"]).default("8.0").describe("Major version of MongoDB"),
        tier: tier.default("M30").describe("Size of the servers"),
        largestTier: tier.default("M50").describe("Size up to which Atlas may scale by itself"),
        nodes: z
          .union([z.literal(3), z.literal(5), z.literal(7)])
          .default(3)
          .describe("Electable servers"),
        disk: z.int().min(10).max(4096).default(40).describe("Disk of each server, GB; grows by itself"),
        backup,
        connection,
        encryption,
        auditing: z.boolean().default(true).describe("Audit log of logins and changes of the schema"),
        snapshotBeforeChange: z
          .boolean()
          .default(true)
          .describe("Takes a data snapshot before the cluster's servers are changed, and waits for it"),
        search: z.boolean().default(false).describe("Full-text index of the trials, one for each backend"),
      })
      .refine((made) => tierOrder(made.tier) <= tierOrder(made.largestTier), {
        path: ["largestTier"],
        message: "is smaller than tier",
      }),
    z.strictObject({
      kind: z.literal("flex").describe("Shared servers at a low fixed price; no point-in-time restore"),
      provider: provider.default("AWS").describe("Cloud that the servers run in"),
      region: region.describe("Region of the servers"),
    }),
  ])
  .describe("The cluster");

const alerts = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Atlas's own default alerts only") }),
    z.strictObject({
      kind: z.literal("email").describe("Alerts of this stack, by e-mail"),
      address: z.email().describe("Who is told"),
      delay: z.int().min(0).max(1440).default(5).describe("How long the trouble has to last, minutes"),
      diskUsed: z.int().min(50).max(99).default(85).describe("Disk use that is told, percent"),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("Alerts");

/** The document database: MongoDB Atlas. */
export const atlasSettings = z
  .strictObject({
    baseUrl: z.url().default("https://cloud.mongodb.com").describe("Address of the Admin API"),
    clientId: z.string().min(1).describe("Client id of the service account that deploys"),
    project,
    cluster,
    accessList: z
      .array(
        z.strictObject({
          range: networkRange.describe("Addresses in CIDR notation"),
          comment: z.string().min(1).max(80).describe("Whose addresses they are"),
        }),
      )
      .default([])
      .describe("Networks that may connect: a list of range (CIDR) and comment"),
    alerts,
    protect: z
      .boolean()
      .default(true)
      .describe("Keeps Pulumi and Atlas from deleting the cluster; false only for stacks to throw away"),
  })
  .describe("MongoDB Atlas");

export type AtlasSettings = z.infer<typeof atlasSettings>;

function tierOrder(name: z.infer<typeof tier>): number {
  return tier.options.indexOf(name);
}
