import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import { ContainerService } from "./container-service.ts";

export interface CacheExporterArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** The cache's network, and the one on which it is collected. */
  readonly networks: readonly Network[];
  /** `host:port` of the cache. */
  readonly address: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;
}

/** Tells Prometheus of a cache, so that Prometheus itself need not be where the stores are. */
export class CacheExporter extends pulumi.ComponentResource {
  readonly service: ContainerService;

  constructor(name: string, args: CacheExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:CacheExporter", name, {}, opts);
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        source: { kind: "build", service: "cache-exporter" },
        networks: args.networks,
        environment: { CACHE_ADDRESS: args.address },
        secrets: { CACHE_PASSWORD: args.password },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
