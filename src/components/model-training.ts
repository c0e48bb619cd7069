import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { ImageSource, Platform } from "../platforms/platform.ts";
import type { TrainedModel, TrainingArgs, TrainingPlatform } from "../platforms/training.ts";

export interface ModelTrainingArgs
  extends Pick<
    TrainingArgs,
    "rayVersion" | "workers" | "cpu" | "memory" | "deadline" | "volume" | "operatorNamespace"
  > {
  readonly platform: Platform & TrainingPlatform;
  readonly definition: ServiceDefinition;
  /** Has Ray and the trainer in it. */
  readonly source: ImageSource;
}

/** The training of the prediction service's model, once for all of its pods. */
export class ModelTraining extends pulumi.ComponentResource {
  readonly model: TrainedModel;

  constructor(name: string, args: ModelTrainingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:ModelTraining", name, {}, opts);
    const { platform, source, ...ray } = args;
    const image = platform.image(`${name}-image`, source, { parent: this });
    this.model = platform.training(
      `${name}-ray`,
      {
        ...ray,
        image,
        entrypoint: "python3 -m planet train",
        // Where the image has the trainer: Ray runs it, and its tasks, in folders of its own.
        environment: { PYTHONPATH: "/srv" },
        path: "/models",
        folderVariable: "MODEL_FOLDER",
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
