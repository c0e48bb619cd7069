import * as pulumi from "@pulumi/pulumi";
import type { Network, Platform } from "../platforms/platform.ts";

export interface ServiceNetworkArgs {
  readonly platform: Platform;
  /** The service these networks belong to. */
  readonly service: string;
}

/** The two networks of one backend: `edge` shared with the gateway, `data` shared with its own stores. */
export class ServiceNetwork extends pulumi.ComponentResource {
  readonly edge: Network;
  readonly data: Network;

  constructor(name: string, args: ServiceNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:ServiceNetwork", name, {}, opts);
    this.edge = args.platform.network(`${name}-edge`, `${args.service}-edge`, { parent: this });
    this.data = args.platform.network(`${name}-data`, `${args.service}-data`, { parent: this });
    this.registerOutputs({ edge: this.edge.name, data: this.data.name });
  }
}
