import { z } from "zod";

/** What one service tells the outside. On Docker URLs are for the machine that the stack runs on. */
export const serviceOutputsSchema = z.strictObject({
  /** Name of the running container or workload. */
  name: z.string().min(1),
  /** Where people reach it; absent where nothing is published. */
  url: z.string().min(1).optional(),
  /** Image id or digest that runs; never a moving tag. */
  imageId: z.string().min(1),
  /** Published ports by role. */
  ports: z.record(z.string(), z.int().min(1).max(65_535)),
});

/** Where writes go. */
export const trafficSchema = z.strictObject({
  systemOfRecord: z.enum(["node", "python"]),
  writes: z.enum(["open", "frozen"]),
  replication: z.enum(["off", "node-to-python", "python-to-node"]),
});

/** Where the parts of a cloud stack are: what operations need to find them again. */
export const cloudOutputsSchema = z.strictObject({
  /** Kubernetes namespace of the services. */
  namespace: z.string().min(1),
  /** Atlas project (id) and cluster (name). */
  documents: z.strictObject({ projectId: z.string().min(1), cluster: z.string().min(1) }),
  /** AuraDB instance; "" where its address does not tell. */
  graph: z.strictObject({ instanceId: z.string() }),
});

/** Outputs of every stack of the program: the contract between the program and the operations around it. */
export const stackOutputsSchema = z.strictObject({
  environment: z.enum(["dev", "test", "cloud"]),
  gatewayUrl: z.url(),
  /** Share of /v1 requests that Python answers, in percent. */
  pythonWeight: z.int().min(0).max(100),
  /** Who gets writes, whether they are let in, and which way documents are copied; absent from stacks of older programs. */
  traffic: trafficSchema.optional(),
  services: z.record(z.string(), serviceOutputsSchema),
  administrator: z.strictObject({
    email: z.string().min(3),
    /** Secret: "[secret]" unless secrets are asked for. */
    password: z.string().min(1),
  }),
  /** Stacks with notebooks only; the token is secret: "[secret]" unless secrets are asked for. */
  notebooks: z.strictObject({ url: z.url(), token: z.string().min(1) }).optional(),
  /** Cloud stacks only. */
  cloud: cloudOutputsSchema.optional(),
});

export type ServiceOutputs = z.infer<typeof serviceOutputsSchema>;
export type StackOutputs = z.infer<typeof stackOutputsSchema>;
