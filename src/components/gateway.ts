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

/** How requests are split; told to the running gateway, which goes on as it is. */
export interface Traffic {
  /** Share of reads for Python, percent; the rest goes to Node. */
  readonly pythonWeight: number;
  /** Who gets what may write. */
  readonly systemOfRecord: "node" | "python";
  readonly writes: "open" | "frozen";
}

export interface GatewayArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  readonly trafficDefinition: ServiceDefinition;
  readonly node: Upstream;
  readonly python: Upstream;
  /** Gets copies of reads, where there is one. */
  readonly parity: (Upstream & { readonly share: number }) | undefined;
  /** Served below `/planet`, where there is one. */
  readonly planet: Upstream | undefined;
  /** Served below `/notebooks`, where there are any. */
  readonly notebooks: Upstream | undefined;
  readonly traffic: Traffic;
  /** A client stays with its backend. */
  readonly sticky: boolean;
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
          STICKY: String(args.sticky),
          ...(args.parity && {
            PARITY_BACKEND: addressOf(args.parity),
            PARITY_SHARE: String(args.parity.share),
          }),
          ...(args.planet && { PLANET_BACKEND: addressOf(args.planet) }),
          ...(args.notebooks && { NOTEBOOKS_BACKEND: addressOf(args.notebooks) }),
        },
        instruction: { definition: args.trafficDefinition, command: setTraffic(args.traffic) },
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

function setTraffic({ pythonWeight, systemOfRecord, writes }: Traffic): string[] {
  return ["set-traffic", String(pythonWeight), systemOfRecord, writes];
}
