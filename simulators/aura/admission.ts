import type { CreateBody } from "./bodies.ts";
import { Refusal } from "./errors.ts";
import { CDC_TYPES, GRAPH_ANALYTICS_TYPES, SMALLEST_VECTOR_MEMORY_GB, toGigabytes } from "./rules.ts";
import type { Instance, Tenant } from "./state.ts";

type Wanted = Pick<Instance, "type" | "cloud_provider" | "region" | "memory" | "version"> &
  Partial<Pick<Instance, "cdc_enrichment_mode" | "vector_optimized" | "graph_analytics_plugin">>;

/** @throws Refusal where the tenant may not have such an instance */
export function admitCreation(tenant: Tenant, body: CreateBody, existing: number): void {
  if (body.type !== "free-db" && !tenant.billing) throw new Refusal("missing-billing-details");
  if (existing >= tenant.quota) throw new Refusal("quota-exceeded");
  admitConfiguration(tenant, {
    type: body.type,
    cloud_provider: body.cloud_provider,
    region: body.region,
    memory: body.memory,
    version: body.version,
    vector_optimized: body.vector_optimized ?? false,
    graph_analytics_plugin: body.graph_analytics_plugin ?? false,
    ...(body.cdc_enrichment_mode === undefined ? {} : { cdc_enrichment_mode: body.cdc_enrichment_mode }),
  });
}

/** @throws Refusal where type, place, size and options do not go together */
export function admitConfiguration(tenant: Tenant, wanted: Wanted): void {
  const isOffered = tenant.instance_configurations.some(
    (offer) =>
      offer.type === wanted.type &&
      offer.cloud_provider === wanted.cloud_provider &&
      offer.region === wanted.region &&
      offer.memory === wanted.memory &&
      offer.version === wanted.version,
  );
  if (!isOffered) {
    throw new Refusal("tenant-incapable-of-action", {
      message: `No ${wanted.type} with ${wanted.memory} in ${wanted.cloud_provider}/${wanted.region} is offered`,
    });
  }
  const cdc = wanted.cdc_enrichment_mode ?? "OFF";
  if (cdc !== "OFF" && !CDC_TYPES.includes(wanted.type)) throw optionRefused("cdc_enrichment_mode", wanted);
  if (wanted.graph_analytics_plugin === true && !GRAPH_ANALYTICS_TYPES.includes(wanted.type)) {
    throw optionRefused("graph_analytics_plugin", wanted);
  }
  if (wanted.vector_optimized === true && toGigabytes(wanted.memory) < SMALLEST_VECTOR_MEMORY_GB) {
    throw optionRefused("vector_optimized", wanted);
  }
}

function optionRefused(field: string, { type, memory }: Wanted): Refusal {
  return new Refusal("invalid-request", {
    message: `${field} is not offered for ${type} with ${memory}`,
    field,
  });
}
