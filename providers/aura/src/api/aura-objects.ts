import { z } from "zod";

const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

/** A row of the list of instances. */
const row = z.object({ id: z.string(), name: z.string(), tenant_id: z.string() });

const created = z.object({
  id: z.string(),
  connection_url: optional(z.string()),
  username: z.string(),
  password: z.string(),
});

const instance = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string().transform((status) => status.toLowerCase()),
  tenant_id: z.string(),
  type: z.string(),
  cloud_provider: z.string(),
  region: z.string(),
  memory: z.string(),
  storage: optional(z.string()),
  connection_url: optional(z.string()),
  created_at: optional(z.string()),
  metrics_integration_url: optional(z.string()),
  secondaries_count: optional(z.number()),
  cdc_enrichment_mode: optional(z.string()),
  vector_optimized: optional(z.boolean()),
  graph_analytics_plugin: optional(z.boolean()),
  customer_managed_key_id: optional(z.string()),
});

const snapshot = z.object({
  snapshot_id: z.string(),
  instance_id: z.string(),
  profile: z.string(),
  status: z.string(),
  timestamp: z.string(),
});

const offer = z.object({
  type: z.string(),
  cloud_provider: z.string(),
  region: z.string(),
  memory: z.string(),
  storage: optional(z.string()),
  version: z.string(),
});

const tenant = z.object({ id: z.string(), instance_configurations: z.array(offer) });

const dataOf = <Schema extends z.ZodType>(schema: Schema) => z.object({ data: schema });

/** Answers of the API, by what they tell. Unknown keys are allowed: the API grows. */
export const answers = {
  rows: dataOf(z.array(row)),
  created: dataOf(created),
  instance: dataOf(instance),
  snapshot: dataOf(snapshot),
  snapshots: dataOf(z.array(snapshot)),
  takenSnapshot: dataOf(z.object({ snapshot_id: z.string() })),
  tenant: dataOf(tenant),
};

export type InstanceRow = z.infer<typeof row>;
export type CreatedInstance = z.infer<typeof created>;
export type LiveInstance = z.infer<typeof instance>;
export type LiveSnapshot = z.infer<typeof snapshot>;
export type Offer = z.infer<typeof offer>;
export type Tenant = z.infer<typeof tenant>;

/** Body of a creation. */
export interface InstanceOrder {
  readonly [key: string]: string | number | boolean;
}
