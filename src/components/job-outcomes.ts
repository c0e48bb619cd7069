import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { JobArgs, Network, Platform } from "../platforms/platform.ts";
import { ContainerService } from "./container-service.ts";

export interface JobOutcomesArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** Port that operations on this machine push to. @default not published */
  readonly port?: number;
}

/** Where jobs tell how they went, on a network that they share with the monitoring and with no store. */
export class JobOutcomes extends pulumi.ComponentResource {
  readonly service: ContainerService;
  readonly network: Network;
  private readonly url: pulumi.Output<string>;

  constructor(name: string, args: JobOutcomesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:JobOutcomes", name, {}, opts);
    const { platform, definition } = args;
    this.network = platform.network(`${name}-network`, "monitoring", { parent: this });
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform,
        definition,
        networks: [this.network],
        ...(args.port !== undefined && { published: { http: args.port } }),
      },
      { parent: this },
    );
    this.url = pulumi.interpolate`http://${this.service.workload.name}:${definition.ports["http"]}`;
    this.registerOutputs({ url: this.url });
  }

  /** What a job needs so that it can tell: the service has to be there before the job is. */
  connect(job: ServiceDefinition): Pick<Required<JobArgs>, "networks" | "environment" | "dependsOn"> {
    return {
      networks: [this.network],
      environment: { PUSHGATEWAY_URL: this.url, JOB_NAME: job.name },
      dependsOn: [this.service.workload.resource],
    };
  }
}

/** A job's arguments with its connection, where outcomes are kept. */
export function tellingOutcome(args: JobArgs, outcomes: JobOutcomes | undefined): JobArgs {
  if (outcomes === undefined) return args;
  const { networks, environment, dependsOn } = outcomes.connect(args.definition);
  return {
    ...args,
    networks: [...args.networks, ...networks],
    environment: { ...args.environment, ...environment },
    dependsOn: [...(args.dependsOn ?? []), ...dependsOn],
  };
}
