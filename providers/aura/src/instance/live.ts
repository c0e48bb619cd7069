import type { InstanceOrder, LiveInstance } from "../api/aura-objects.ts";
import type { Properties } from "../protocol/property-values.ts";
import type { InstanceInputs } from "./inputs.ts";

/** Property here -> key of the API, for what both have. */
const KEYS = {
  name: "name",
  tenantId: "tenant_id",
  type: "type",
  cloudProvider: "cloud_provider",
  region: "region",
  memory: "memory",
  storage: "storage",
  secondariesCount: "secondaries_count",
  cdcEnrichmentMode: "cdc_enrichment_mode",
  vectorOptimized: "vector_optimized",
  graphAnalyticsPlugin: "graph_analytics_plugin",
  customerManagedKeyId: "customer_managed_key_id",
} as const satisfies { readonly [property in keyof InstanceInputs]?: keyof LiveInstance };

/** Always an input, whether or not the program names it. */
const ALWAYS = ["name", "tenantId", "type", "cloudProvider", "region", "memory"];

/** Not worth an input of its own when an instance is imported. */
const USUAL: Properties = {
  secondariesCount: 0,
  cdcEnrichmentMode: "OFF",
  vectorOptimized: false,
  graphAnalyticsPlugin: false,
};

const PAUSED = ["paused", "pausing"];

/** What Aura tells of the properties that it can tell. */
export function toLiveProperties(live: LiveInstance): Properties {
  const told = Object.entries(KEYS).map(([property, key]) => [property, live[key]]);
  const desiredState = PAUSED.includes(live.status) ? "paused" : "running";
  return { ...Object.fromEntries(told), desiredState };
}

/** The inputs that would lead to what is live: those recorded, brought up to date. */
export function toLiveInputs(live: LiveInstance, recorded: Properties): Properties {
  const told = toLiveProperties(live);
  const isImport = Object.keys(recorded).length === 0;
  const wanted = Object.entries(told).filter(([property, value]) => {
    if (ALWAYS.includes(property) || recorded[property] !== undefined) return value !== undefined;
    if (property === "desiredState") return true;
    return isImport && value !== undefined && property !== "storage" && value !== USUAL[property];
  });
  return { version: "5", snapshotBeforeChange: true, ...recorded, ...Object.fromEntries(wanted) };
}

/** Outputs of what is live. The password is never told again: it comes from the inputs, else from the old state. */
export function toOutputs(live: LiveInstance, inputs: Properties, old: Properties): Properties {
  return {
    ...inputs,
    ...Object.fromEntries(Object.entries(toLiveProperties(live)).filter(([, value]) => value !== undefined)),
    connectionUrl: live.connection_url ?? old["connectionUrl"],
    username: old["username"] ?? "neo4j",
    password: inputs["password"] ?? old["password"],
    status: live.status,
    createdAt: live.created_at ?? old["createdAt"],
    metricsIntegrationUrl: live.metrics_integration_url ?? old["metricsIntegrationUrl"],
  };
}

/** Body of a creation. */
export function toOrder(inputs: InstanceInputs): InstanceOrder {
  const { restoreFrom, version } = inputs;
  const entries: [string, string | number | boolean | undefined][] = [
    ["version", version],
    ...Object.entries(KEYS).map(([property, key]): [string, string | number | boolean | undefined] => [
      key,
      inputs[property as keyof typeof KEYS],
    ]),
    ["source_instance_id", restoreFrom?.instanceId],
    ["source_snapshot_id", restoreFrom?.snapshotId],
  ];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined),
  );
}

/** True where `live` is just what these inputs would have made: nothing that cannot be changed differs. */
export function isTwin(live: LiveInstance, inputs: InstanceInputs): boolean {
  const told = toLiveProperties(live);
  return CREATE_ONLY.every((property) => {
    const wanted = inputs[property];
    return wanted === undefined || told[property] === undefined || told[property] === wanted;
  });
}

/** What cannot be changed: another value means another instance. */
export const CREATE_ONLY = [
  "tenantId",
  "type",
  "cloudProvider",
  "region",
  "storage",
  "version",
  "vectorOptimized",
  "graphAnalyticsPlugin",
  "customerManagedKeyId",
] as const satisfies readonly (keyof InstanceInputs)[];
