import * as pulumi from "@pulumi/pulumi";
import { Instance, type InstanceArgs } from "@trials/pulumi-aura";
import { type AuraDatabase, toAuraDatabase } from "./aura-database.ts";

export interface ManagedAuraArgs
  extends Pick<
    InstanceArgs,
    | "type"
    | "cloudProvider"
    | "region"
    | "memory"
    | "storage"
    | "tenantId"
    | "desiredState"
    | "secondariesCount"
    | "cdcEnrichmentMode"
    | "vectorOptimized"
    | "graphAnalyticsPlugin"
    | "customerManagedKeyId"
    | "restoreFrom"
    | "password"
  > {
  /** Name in the Aura console, unique within the tenant. */
  readonly name: pulumi.Input<string>;
}

/** An instance that this program makes, resizes, pauses and deletes. */
export function managedAura(
  name: string,
  args: ManagedAuraArgs,
  opts: pulumi.CustomResourceOptions,
): AuraDatabase {
  const instance = new Instance(name, args, opts);
  const connection = pulumi
    .all([instance.connectionUrl, instance.username, instance.password, instance.id])
    .apply(([uri, username, password, instanceId]) => ({
      uri,
      username,
      password,
      database: "neo4j",
      instanceId,
    }));
  return toAuraDatabase(connection, [instance]);
}
