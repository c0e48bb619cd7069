import * as pulumi from "@pulumi/pulumi";
import type { Network, Platform } from "../platforms/platform.ts";

export interface StoreNetworkArgs {
  readonly platform: Platform;
  /** The job that this network belongs to. */
  readonly service: string;
}

/** The one network of a job: shared with the stores that it fills, and with nobody else. */
export class StoreNetwork extends pulumi.ComponentResource {
  readonly data: Network;

  constructor(name: string, args: StoreNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:StoreNetwork", name, {}, opts);
    this.data = args.platform.network(`${name}-data`, `${args.service}-data`, { parent: this });
    this.registerOutputs({ data: this.data.name });
  }
}
