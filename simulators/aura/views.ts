import type { DataSnapshot, Instance, Tenant } from "./state.ts";

/** Instances and their parts as the API tells them. */

export function toUrl(instance: Instance): string {
  return `neo4j+s://${instance.id}.databases.neo4j.io`;
}

/** A row of a list. */
export function toRow({ id, name, tenant_id, cloud_provider, created_at }: Instance): object {
  return { id, name, tenant_id, cloud_provider, created_at };
}

/** The answer to a creation: the only one that has the password. */
export function toCreated(instance: Instance): object {
  const { id, name, tenant_id, cloud_provider, region, type, password } = instance;
  return {
    id,
    name,
    tenant_id,
    cloud_provider,
    region,
    type,
    connection_url: toUrl(instance),
    username: "neo4j",
    password,
  };
}

/** A whole instance. Where it listens is told once it is there. */
export function toDetail(instance: Instance): object {
  const { id, name, status, tenant_id, cloud_provider, region, type, memory, storage, created_at } = instance;
  const { secondaries_count, cdc_enrichment_mode, customer_managed_key_id } = instance;
  const { vector_optimized, graph_analytics_plugin } = instance;
  const optional = { secondaries_count, cdc_enrichment_mode, customer_managed_key_id };
  return {
    id,
    name,
    status,
    tenant_id,
    cloud_provider,
    region,
    type,
    memory,
    storage,
    created_at,
    connection_url: status === "creating" ? null : toUrl(instance),
    metrics_integration_url: `https://customer-metrics-api.neo4j.io/api/v1/${tenant_id}/${id}/metrics`,
    vector_optimized,
    graph_analytics_plugin,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

export function toSnapshot(instance: Instance, snapshot: DataSnapshot): object {
  const { snapshot_id, profile, status, timestamp, exportable } = snapshot;
  return { instance_id: instance.id, snapshot_id, profile, status, timestamp, exportable };
}

export function toTenant({ id, name, instance_configurations }: Tenant): object {
  return { id, name, instance_configurations };
}
