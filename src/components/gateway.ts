import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import { ContainerService } from "./container-service.ts";

/** A backend as the gateway reaches it. */
export interface Upstream {
  readonly service: ContainerService;
  readonly definition: ServiceDefinition;
  readonly network: Network;
}

export interface GatewayArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  readonly node: Upstream;
  readonly python: Upstream;
  /** Served below `/planet`, where there is one. */
  readonly planet: Upstream | undefined;
  /** Served below `/notebooks`, where there are any. */
  readonly notebooks: Upstream | undefined;
  /** Share of /v1 requests for Python, percent; the rest goes to Node. */
  readonly pythonWeight: number;
  readonly port: number;
}

/** The one door: splits `/v1` between the backends by weight; the analytics have a path each. */
export class Gateway extends pulumi.ComponentResource {
  readonly service: ContainerService;

  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:Gateway", name, {}, opts);
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        networks: [args.node, args.python, args.planet, args.notebooks]
          .filter((upstream) => upstream !== undefined)
          .map(({ network }) => network),
        published: { http: args.port },
        environment: {
          NODE_BACKEND: addressOf(args.node),
          PYTHON_BACKEND: addressOf(args.python),
          PYTHON_WEIGHT: String(args.pythonWeight),
          ...(args.planet && { PLANET_BACKEND: addressOf(args.planet) }),
          ...(args.notebooks && { NOTEBOOKS_BACKEND: addressOf(args.notebooks) }),
        },
        after: [args.node.service.workload.resource, args.python.service.workload.resource],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function addressOf(upstream: Upstream): pulumi.Output<string> {
  return pulumi.interpolate`${upstream.service.workload.name}:${upstream.definition.ports["http"]}`;
}
