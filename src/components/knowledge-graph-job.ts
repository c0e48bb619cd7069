import * as pulumi from "@pulumi/pulumi";
import type { GraphBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Destination, JobArgs, Network, Platform, Schedule } from "../platforms/platform.ts";
import { type JobOutcomes, tellingOutcome } from "./job-outcomes.ts";

export interface KnowledgeGraphJobArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** @default the platform opens connections one by one (`databases`) */
  readonly network?: Network;
  /** Where the graph database is, if outside of the platform. @default on its network */
  readonly databases?: readonly Destination[];
  readonly graph: pulumi.Output<GraphBinding>;
  /** Loads it again at these times: what else was changed in the graph goes back. @default once */
  readonly repeats?: Schedule;
  /** What has to be there: the database, and the trials that the backends' seeds load. */
  readonly after: readonly pulumi.Resource[];
  /** Where it tells how it went. @default nobody is told */
  readonly outcomes?: JobOutcomes | undefined;
}

/** Loads the knowledge graph of trials into the graph database; harmless when run again. */
export class KnowledgeGraphJob extends pulumi.ComponentResource {
  readonly job: pulumi.Resource;

  constructor(name: string, args: KnowledgeGraphJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:KnowledgeGraphJob", name, {}, opts);
    const source = { kind: "build", service: args.definition.name } as const;
    const job: JobArgs = {
      definition: args.definition,
      image: args.platform.image(`${name}-image`, source, { parent: this }),
      networks: args.network ? [args.network] : [],
      ...(args.databases && { reaches: args.databases }),
      ...(args.repeats && { repeats: args.repeats }),
      secrets: {
        NEO4J_URL: args.graph.url,
        NEO4J_USER: args.graph.user,
        NEO4J_PASSWORD: args.graph.password,
        NEO4J_DATABASE: args.graph.database,
      },
      dependsOn: args.after,
    };
    this.job = args.platform.job(`${name}-job`, tellingOutcome(job, args.outcomes), { parent: this });
    this.registerOutputs({});
  }
}
