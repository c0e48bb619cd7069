import { planet, planetTraining } from "../catalogue/planet.ts";
import type { Credentials } from "../components/credentials.ts";
import { ModelTraining } from "../components/model-training.ts";
import { PredictionService } from "../components/prediction-service.ts";
import type { KubernetesPlatform } from "../platforms/kubernetes/kubernetes-platform.ts";
import type { TrainedModel } from "../platforms/training.ts";
import { mebibytes, millicores, seconds } from "../quantities.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import { scaleOf } from "./cloud-platforms.ts";

interface PredictionParts {
  readonly platform: KubernetesPlatform;
  readonly credentials: Credentials;
  readonly settings: CloudSettings;
}

/** The prediction service, with its model from where the settings say. */
export function cloudPredictions({ platform, credentials, settings }: PredictionParts): PredictionService {
  return new PredictionService("planet", {
    platform,
    definition: planet,
    trainingDefinition: planetTraining,
    model: trainModel(platform, settings),
    credentials,
    memory: mebibytes(settings.planet.memory),
    scale: scaleOf(settings.planet),
    logLevel: settings.logLevel,
  });
}

/** The model that Ray trains for all pods together; undefined where each pod trains its own. */
function trainModel(
  platform: KubernetesPlatform,
  { planetTraining: training }: CloudSettings,
): TrainedModel | undefined {
  if (training.kind === "pod") return undefined;
  const { volume, image, version } = training;
  return new ModelTraining("training", {
    platform,
    definition: planetTraining,
    source: image === undefined ? { kind: "build", service: planet.name } : { kind: "official", name: image },
    rayVersion: version,
    workers: training.workers,
    cpu: millicores(training.cpu),
    memory: mebibytes(training.memory),
    deadline: seconds(training.deadline),
    volume: { storageClass: volume.storageClass, size: mebibytes(volume.size) },
    operatorNamespace: training.operatorNamespace,
  }).model;
}
