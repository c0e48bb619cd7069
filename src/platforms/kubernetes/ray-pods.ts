import { type Bytes, type Cpu, mebibytes, millicores } from "../../quantities.ts";
import type { TrainingArgs } from "../training.ts";
import { containerBase, podBase, scratchMounts, scratchVolumes } from "./container.ts";
import { labelsOf } from "./labels.ts";
import type { Place } from "./place.ts";
import type { PodTemplate } from "./ray-api.ts";
import { PART_LABEL, type RayPart } from "./ray-network.ts";

export interface RayPodArgs {
  readonly place: Place;
  readonly training: TrainingArgs;
  readonly image: string;
  readonly environment: { readonly [name: string]: string };
}

/** Sessions, logs and what does not fit into Ray's object store. */
const SCRATCH_SIZE = "2Gi";
const SUBMITTER = { cpu: millicores(100), memory: mebibytes(512) };
const VOLUME = "models";

/** The head's pod, the one that may write to the models' volume: the trainer runs there and its tasks on all nodes. */
export function headTemplate(args: RayPodArgs, claim: string): PodTemplate {
  const mount = { name: VOLUME, mountPath: args.training.path };
  const volume = { name: VOLUME, persistentVolumeClaim: { claimName: claim } };
  return template("head", args, { ...args.training, mounts: [mount], volumes: [volume] });
}

export function workerTemplate(args: RayPodArgs): PodTemplate {
  return template("worker", args, args.training);
}

/** Hands the job to the head and follows its log. */
export function submitterTemplate(args: RayPodArgs): PodTemplate {
  const { metadata, spec } = template("submitter", args, SUBMITTER);
  return { metadata, spec: { ...spec, restartPolicy: "Never" } };
}

interface PodNeeds {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly mounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly persistentVolumeClaim: { readonly claimName: string };
  }[];
}

/** A pod as hardened as every other. KubeRay adds the command, probes and shared memory. */
function template(part: RayPart, args: RayPodArgs, needs: PodNeeds) {
  const { place, training, image, environment } = args;
  const { definition } = training;
  const { mounts = [], volumes = [] } = needs;
  const container = containerBase(
    { definition, image: training.image, memory: needs.memory },
    { cpu: needs.cpu },
  );
  return {
    metadata: { labels: { ...labelsOf(place.scope, definition.name), [PART_LABEL]: part } },
    spec: {
      ...podBase({ definition, image: training.image, networks: [] }),
      volumes: [...scratchVolumes(definition, SCRATCH_SIZE), ...volumes],
      containers: [
        {
          ...container,
          image,
          env: Object.entries(environment).map(([name, value]) => ({ name, value })),
          volumeMounts: [...scratchMounts(definition), ...mounts],
        },
      ],
    },
  };
}
