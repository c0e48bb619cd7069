import * as pulumi from "@pulumi/pulumi";
import type { DocumentBinding, GraphBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Destination, JobArgs, Network, Platform } from "../platforms/platform.ts";
import { type JobOutcomes, tellingOutcome } from "./job-outcomes.ts";
import { storeSecrets } from "./store-secrets.ts";

export interface SeedJobArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** @default the platform opens connections one by one (`databases`) */
  readonly network?: Network;
  /** Where the databases are, if outside of the platform. @default on its network */
  readonly databases?: readonly Destination[];
  readonly documents: pulumi.Output<DocumentBinding>;
  readonly graph: pulumi.Output<GraphBinding>;
  /** Databases that have to be up, and their schemas. */
  readonly after: readonly pulumi.Resource[];
  /** Where it tells how it went. @default nobody is told */
  readonly outcomes?: JobOutcomes | undefined;
}

/** Loads the trial sample into one backend's document database and into the graph; harmless when run again. */
export class SeedJob extends pulumi.ComponentResource {
  readonly job: pulumi.Resource;

  constructor(name: string, args: SeedJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:SeedJob", name, {}, opts);
    const image = args.platform.image(`${name}-image`, { kind: "build", service: "seed" }, { parent: this });
    const job: JobArgs = {
      definition: args.definition,
      image,
      networks: args.network ? [args.network] : [],
      ...(args.databases && { reaches: args.databases }),
      secrets: storeSecrets(args.documents, args.graph),
      dependsOn: args.after,
    };
    this.job = args.platform.job(`${name}-job`, tellingOutcome(job, args.outcomes), { parent: this });
    this.registerOutputs({});
  }
}
