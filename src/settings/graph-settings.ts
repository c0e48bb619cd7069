import { z } from "zod";
import { networkRange } from "./network-range.ts";

const egress = z
  .array(networkRange)
  .min(1)
  .describe("Addresses that it is reached at, in CIDR notation; all others are closed to the services");

/** The graph database: an AuraDB instance of somebody else's making, or one that the stack makes. */
export const graphSettings = z
  .discriminatedUnion("mode", [
    z.strictObject({
      mode: z
        .literal("external")
        .describe("An instance that is there; `graphCredentials` says how to connect"),
      egress,
      plain: z
        .boolean()
        .default(false)
        .describe("Accepts a connection without encryption too; for a rehearsal on one machine"),
    }),
    z.strictObject({
      mode: z.literal("managed").describe("An instance that the stack makes, by Aura's API"),
      egress,
      baseUrl: z.url().default("https://api.neo4j.io").describe("Address of Aura's API"),
      clientId: z.string().min(1).describe("Client id of the API credentials"),
      tenantId: z.string().min(1).describe("Project of Aura that it belongs to"),
      type: z
        .enum(["professional-db", "business-critical", "enterprise-db"])
        .default("business-critical")
        .describe("Kind of instance"),
      cloudProvider: z.enum(["aws", "azure", "gcp"]).default("aws").describe("Cloud that it runs in"),
      region: z.string().min(1).describe("Region of it, in the cloud's spelling"),
      memory: z.int().min(1).max(512).default(8).describe("Memory, GB"),
      settle: z.int().min(0).default(60).describe("Time that a new instance is given before use, seconds"),
      protect: z
        .boolean()
        .default(true)
        .describe("Keeps Pulumi from deleting the instance; false only for stacks to throw away"),
    }),
  ])
  .describe("Neo4j AuraDB");

export type GraphSettings = z.infer<typeof graphSettings>;
