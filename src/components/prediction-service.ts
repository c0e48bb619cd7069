import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform, Scale } from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";
import type { Credentials } from "./credentials.ts";

export interface PredictionServiceArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  readonly trainingDefinition: ServiceDefinition;
  readonly credentials: Credentials;
  readonly memory: Bytes;
  readonly scale?: Scale;
  readonly logLevel: string;
}

/** The prediction service, and the training of the model that it serves. */
export class PredictionService extends pulumi.ComponentResource {
  readonly service: ContainerService;
  /** Shared with the gateway; the service reaches no store. */
  readonly edge: Network;

  constructor(name: string, args: PredictionServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:PredictionService", name, {}, opts);
    const { platform, definition } = args;
    this.edge = platform.network(`${name}-edge`, `${definition.name}-edge`, { parent: this });
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform,
        definition,
        networks: [this.edge],
        isPublic: true,
        memory: args.memory,
        ...(args.scale && { scale: args.scale }),
        environment: { SERVICE_NAME: definition.name, LOG_LEVEL: args.logLevel },
        secrets: args.credentials.tokenSecrets,
        preparation: { definition: args.trainingDefinition, command: ["train"], path: "/models" },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
