import { createHash } from "node:crypto";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { CONTENT_ANNOTATION, REPRODUCIBLE } from "../../../contracts/reproducible.ts";
import { toMemoryQuantity, toSeconds } from "../../quantities.ts";
import type { TrainedModel, TrainingArgs } from "../training.ts";
import { metadataOf, type Place } from "./place.ts";
import { createRayJob, type RayJobSpec } from "./ray-api.ts";
import { allowRay, portOptions } from "./ray-network.ts";
import { headTemplate, type RayPodArgs, submitterTemplate, workerTemplate } from "./ray-pods.ts";
import { createAccount } from "./workload.ts";

type KubernetesTrainingArgs = TrainingArgs & { readonly place: Place };

/** Attempts after the first. */
const RETRIES = 2;
/** How long the cluster of a training that is over stays for its logs, seconds. */
const KEPT = 300;
/** Beyond what all attempts may take: making clusters, clearing them away. */
const SLACK = 300;

/**
 * Trains a model on Ray. The job is named by a hash of all that it is made of: the same inputs change nothing, others
 * are another job, which writes to a directory of its own.
 */
export function createTraining(
  name: string,
  args: KubernetesTrainingArgs,
  opts: pulumi.CustomResourceOptions,
): TrainedModel {
  const { place, definition, path } = args;
  createAccount(`${name}-account`, args, opts);
  const policies = allowRay(name, args, opts);
  const volume = createVolume(`${name}-volume`, args, opts);
  const planned = pulumi
    .all([args.image, volume.metadata.name])
    .apply(([image, claim]) => planJob(args, { image, claim }));
  const patience = `${toSeconds(args.deadline) * (RETRIES + 1) + SLACK}s`;
  const training = createRayJob(
    `${name}-job`,
    {
      metadata: { ...metadataOf(place, definition.name), name: planned.name },
      spec: planned.spec,
    },
    { ...opts, dependsOn: policies, customTimeouts: { create: patience, update: patience } },
  );
  return { volume: { claim: volume.metadata.name, path }, folder: planned.folder, training };
}

/** Models of all versions. Named anew when it has to be made anew, so that pods read the old one until they have another. */
function createVolume(
  name: string,
  { place, definition, volume }: KubernetesTrainingArgs,
  opts: pulumi.CustomResourceOptions,
) {
  // Not waited for: its class may bind it only when a pod comes that wants it.
  const annotations = { [CONTENT_ANNOTATION]: REPRODUCIBLE, "pulumi.com/skipAwait": "true" };
  return new kubernetes.core.v1.PersistentVolumeClaim(
    name,
    {
      metadata: metadataOf(place, definition.name, { annotations }),
      spec: {
        accessModes: ["ReadWriteMany"],
        ...(volume.storageClass !== undefined && { storageClassName: volume.storageClass }),
        resources: { requests: { storage: toMemoryQuantity(volume.size) } },
      },
    },
    opts,
  );
}

interface Known {
  readonly image: string;
  readonly claim: string;
}

function planJob(args: KubernetesTrainingArgs, known: Known) {
  const version = createHash("sha256")
    .update(JSON.stringify(jobSpec(args, known, args.path)))
    .digest("hex")
    .slice(0, 12);
  const folder = `${args.path}/${version}`;
  return { name: `${args.definition.name}-${version}`, folder, spec: jobSpec(args, known, folder) };
}

function jobSpec(args: KubernetesTrainingArgs, { image, claim }: Known, folder: string): RayJobSpec {
  const { place, workers } = args;
  const environment = {
    ...args.environment,
    [args.folderVariable]: folder,
    // The file system is read-only elsewhere, and nobody is told of the use of Ray.
    HOME: "/tmp",
    RAY_USAGE_STATS_ENABLED: "0",
  };
  const pods: RayPodArgs = { place, training: args, image, environment };
  return {
    entrypoint: args.entrypoint,
    submissionMode: "K8sJobMode",
    submitterPodTemplate: submitterTemplate(pods),
    rayClusterSpec: {
      rayVersion: args.rayVersion,
      // It would ask the cluster's API, for which no pod here has a token.
      enableInTreeAutoscaling: false,
      headGroupSpec: { rayStartParams: portOptions("head"), template: headTemplate(pods, claim) },
      workerGroupSpecs: [
        {
          groupName: "workers",
          replicas: workers.min,
          minReplicas: workers.min,
          maxReplicas: workers.max,
          rayStartParams: portOptions("worker"),
          template: workerTemplate(pods),
        },
      ],
    },
    backoffLimit: RETRIES,
    activeDeadlineSeconds: toSeconds(args.deadline),
    shutdownAfterJobFinishes: true,
    ttlSecondsAfterFinished: KEPT,
    suspend: false,
  };
}
