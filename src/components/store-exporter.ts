import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import { ContainerService } from "./container-service.ts";
import { addressOf, type Monitored } from "./monitoring.ts";

export interface StoreExporterArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** The networks of the stores, and the one on which it is collected. */
  readonly networks: readonly Network[];
  readonly stores: readonly Monitored[];
}

/** Hands on what stores tell of themselves, so that Prometheus itself need not be where the stores are. */
export class StoreExporter extends pulumi.ComponentResource {
  /** The stores, collected through this service, and the service itself. */
  readonly monitored: readonly Monitored[];

  constructor(name: string, args: StoreExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:StoreExporter", name, {}, opts);
    const { platform, definition, networks, stores } = args;
    const named = stores.map((store) => pulumi.interpolate`${store.definition.name}=${addressOf(store)}`);
    const service = new ContainerService(
      `${name}-service`,
      {
        platform,
        definition,
        source: { kind: "build", service: "store-exporter" },
        networks,
        environment: { STORES: pulumi.all(named).apply((all) => all.join(" ")) },
      },
      { parent: this },
    );
    const own = { service, definition };
    this.monitored = [own, ...stores.map((store) => ({ ...store, through: own }))];
    this.registerOutputs({});
  }
}
