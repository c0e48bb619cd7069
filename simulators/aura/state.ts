import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { CDC_MODES, INSTANCE_TYPES, usualConfigurations } from "./rules.ts";

const status = z.enum([
  "creating",
  "running",
  "updating",
  "pausing",
  "paused",
  "resuming",
  "restoring",
  "overwriting",
  "loading",
  "loading failed",
  "suspending",
  "suspended",
  "destroying",
]);

const snapshot = z.object({
  snapshot_id: z.string(),
  profile: z.enum(["AdHoc", "Scheduled"]),
  status: z.enum(["Pending", "InProgress", "Completed", "Failed"]),
  timestamp: z.string(),
  exportable: z.boolean(),
  /** When it ends, milliseconds since 1970; null for never. */
  until: z.number().nullable(),
  outcome: z.enum(["Completed", "Failed"]),
  contents: z.string(),
});

/** What an instance is about to become. */
const transition = z.object({
  /** Milliseconds since 1970; null for never (stuck). */
  at: z.number().nullable(),
  to: status.or(z.literal("gone")),
  /** Takes effect with the new status. */
  changes: z.record(z.string(), z.unknown()),
  /** What follows at once. */
  next: z.object({ status, seconds: z.number(), to: status }).optional(),
});

const instance = z.object({
  id: z.string(),
  name: z.string(),
  tenant_id: z.string(),
  type: z.enum(INSTANCE_TYPES),
  cloud_provider: z.string(),
  region: z.string(),
  memory: z.string(),
  storage: z.string(),
  version: z.string(),
  status,
  created_at: z.string(),
  secondaries_count: z.int().optional(),
  cdc_enrichment_mode: z.enum(CDC_MODES).optional(),
  vector_optimized: z.boolean(),
  graph_analytics_plugin: z.boolean(),
  customer_managed_key_id: z.string().optional(),
  /** Never told again; kept for tests that connect. */
  password: z.string(),
  /** Stands for the data: what data snapshots copy and restores bring back. */
  contents: z.string(),
  transition: transition.optional(),
  snapshots: z.array(snapshot),
});

const configuration = z.object({
  type: z.enum(INSTANCE_TYPES),
  cloud_provider: z.string(),
  region: z.string(),
  region_name: z.string(),
  memory: z.string(),
  storage: z.string(),
  version: z.string(),
});

const tenant = z.object({
  id: z.string(),
  name: z.string(),
  billing: z.boolean().default(true),
  /** Most instances it may have. */
  quota: z.int().default(100),
  instance_configurations: z.array(configuration).prefault(usualConfigurations),
});

const customerManagedKey = z.object({
  id: z.string(),
  name: z.string(),
  tenant_id: z.string(),
});

const stateSchema = z.object({
  clients: z.record(z.string(), z.string()),
  tenants: z.array(tenant),
  keys: z.array(customerManagedKey),
  instances: z.array(instance),
  /** Token -> expiry, milliseconds since 1970. */
  tokens: z.record(z.string(), z.number()),
});

export type AuraState = z.infer<typeof stateSchema>;
export type Instance = z.infer<typeof instance>;
export type DataSnapshot = z.infer<typeof snapshot>;
export type Tenant = z.infer<typeof tenant>;
export type TenantOptions = z.input<typeof tenant>;
export type CustomerManagedKey = z.infer<typeof customerManagedKey>;
export type Status = z.infer<typeof status>;

/** What may be changed behind the API's back. */
export const editSchema = instance
  .pick({
    name: true,
    memory: true,
    storage: true,
    type: true,
    cloud_provider: true,
    region: true,
    tenant_id: true,
    status: true,
    secondaries_count: true,
    cdc_enrichment_mode: true,
    vector_optimized: true,
    graph_analytics_plugin: true,
    customer_managed_key_id: true,
    contents: true,
  })
  .partial()
  .strict();

export type InstanceEdit = z.infer<typeof editSchema>;

export interface Seed {
  readonly clients: { readonly [clientId: string]: string };
  readonly tenants: readonly TenantOptions[];
  readonly keys: readonly CustomerManagedKey[];
}

/** The state of `file`, or a new one of `seed` where there is no file. */
export function openState(file: string | undefined, seed: Seed): AuraState {
  if (file !== undefined && existsSync(file)) {
    return stateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  }
  return stateSchema.parse({ ...seed, instances: [], tokens: {} });
}

/** Replaces the file as a whole: a reader never sees half of it. */
export function saveState(file: string, state: AuraState): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
