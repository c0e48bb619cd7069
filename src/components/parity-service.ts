import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";

/** A backend that the comparator asks. */
export interface ComparedBackend {
  readonly definition: ServiceDefinition;
  /** Name on the network. */
  readonly host: pulumi.Input<string>;
  /** @default the platform opens connections one by one */
  readonly network?: Network;
}

export interface ParityServiceArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  readonly node: ComparedBackend;
  readonly python: ComparedBackend;
  /** Memory limit, MiB. */
  readonly memory: number;
}

/** Asks both backends what clients ask one of them, and counts where the answers differ. */
export class ParityService extends pulumi.ComponentResource {
  readonly service: ContainerService;

  constructor(name: string, args: ParityServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:ParityService", name, {}, opts);
    const backends = [args.node, args.python];
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        networks: backends.map(({ network }) => network).filter((network) => network !== undefined),
        reaches: backends.map(({ definition }) => ({ kind: "service", definition })),
        isPublic: true,
        memory: mebibytes(args.memory),
        environment: { NODE_BACKEND: addressOf(args.node), PYTHON_BACKEND: addressOf(args.python) },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function addressOf({ host, definition }: ComparedBackend): pulumi.Output<string> {
  return pulumi.interpolate`${host}:${definition.ports["http"]}`;
}
