import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { CacheBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import { CacheExporter } from "./cache-exporter.ts";
import { ContainerService } from "./container-service.ts";
import type { Traffic } from "./gateway.ts";

export interface CacheArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** @default the platform opens connections one by one */
  readonly network?: Network;
  /** What it holds was read while this backend was the system of record; of another one it starts empty. @default operations empty it */
  readonly filledUnder?: Traffic["systemOfRecord"];
  /** Tells of it on another network. @default none */
  readonly exporter?: { readonly definition: ServiceDefinition; readonly network: Network } | undefined;
}

/** A cache for one backend, with a password of its own. Nothing in it has to last. */
export class Cache extends pulumi.ComponentResource {
  readonly service: ContainerService;
  readonly binding: pulumi.Output<CacheBinding>;
  readonly exporter: ContainerService | undefined;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:Cache", name, {}, opts);
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    );
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        source: { kind: "build", service: "cache" },
        ...(args.network && { networks: [args.network] }),
        ...(args.filledUnder && { environment: { FILLED_UNDER: args.filledUnder } }),
        secrets: { CACHE_PASSWORD: password.result },
      },
      { parent: this },
    );
    const port = args.definition.ports["cache"];
    this.binding = pulumi.secret(
      pulumi.interpolate`redis://default:${password.result}@${this.service.workload.name}:${port}/0`.apply(
        (url) => ({ url }),
      ),
    );
    this.exporter = this.createExporter(`${name}-exporter`, args, password.result);
    this.registerOutputs({ binding: this.binding });
  }

  private createExporter(
    name: string,
    { platform, definition, network, exporter }: CacheArgs,
    password: pulumi.Output<string>,
  ): ContainerService | undefined {
    if (exporter === undefined) return undefined;
    return new CacheExporter(
      name,
      {
        platform,
        definition: exporter.definition,
        networks: [...(network ? [network] : []), exporter.network],
        address: pulumi.interpolate`${this.service.workload.name}:${definition.ports["cache"]}`,
        password,
      },
      { parent: this },
    ).service;
  }
}
