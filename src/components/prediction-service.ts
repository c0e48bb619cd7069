import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform, Scale } from "../platforms/platform.ts";
import type { TrainedModel } from "../platforms/training.ts";
import type { Bytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";
import type { Credentials } from "./credentials.ts";

export interface PredictionServiceArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  readonly trainingDefinition: ServiceDefinition;
  /** @default the service trains it before it starts */
  readonly model?: TrainedModel | undefined;
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
        ...modelOf(args),
        secrets: args.credentials.tokenSecrets,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** What the service is told, and where its model comes from. */
function modelOf({ definition, trainingDefinition, model, logLevel }: PredictionServiceArgs) {
  const environment = { SERVICE_NAME: definition.name, LOG_LEVEL: logLevel };
  if (model === undefined) {
    return {
      environment,
      preparation: { definition: trainingDefinition, command: ["train"], path: "/models" },
    };
  }
  return {
    environment: { ...environment, MODEL_FOLDER: model.folder },
    reads: model.volume,
    after: [model.training],
  };
}
