import type * as kubernetes from "@pulumi/kubernetes";
import type { WorkloadArgs } from "../platform.ts";
import { containerBase, scratchMounts, scratchVolumes } from "./container.ts";

type Pod = kubernetes.types.input.core.v1.PodSpec;
type Container = kubernetes.types.input.core.v1.Container;

const SIZE = "64Mi";

/** A pod whose service reads what was prepared, if anything was. */
export function preparedPod(pod: Pod, service: Container, args: WorkloadArgs): Pod {
  const { preparation, reads } = args;
  if (preparation !== undefined) return selfPreparedPod(pod, service, { ...args, preparation });
  if (reads !== undefined) return readingPod(pod, service, { ...args, reads });
  return { ...pod, containers: [service] };
}

/**
 * A pod whose first container fills a directory that the service then reads. Each pod does so for itself: what is
 * prepared comes from the image alone, so all of them get the same, and no storage has to be shared.
 */
function selfPreparedPod(
  pod: Pod,
  service: Container,
  args: WorkloadArgs & Required<Pick<WorkloadArgs, "preparation">>,
): Pod {
  const { preparation, image } = args;
  const { definition, command, path } = preparation;
  const mount = { name: "prepared", mountPath: path };
  return {
    ...pod,
    volumes: [...scratchVolumes(args.definition), { name: mount.name, emptyDir: { sizeLimit: SIZE } }],
    initContainers: [
      {
        ...containerBase({ definition, image }, {}),
        args: [...command],
        volumeMounts: [...scratchMounts(definition), mount],
      },
    ],
    containers: [
      { ...service, volumeMounts: [...scratchMounts(args.definition), { ...mount, readOnly: true }] },
    ],
  };
}

/** A pod whose service reads a volume that was filled elsewhere, once for all pods. */
function readingPod(
  pod: Pod,
  service: Container,
  { definition, reads }: WorkloadArgs & Required<Pick<WorkloadArgs, "reads">>,
): Pod {
  const volume = {
    name: "prepared",
    persistentVolumeClaim: { claimName: reads.claim, readOnly: true },
  };
  const mount = { name: volume.name, mountPath: reads.path, readOnly: true };
  return {
    ...pod,
    volumes: [...scratchVolumes(definition), volume],
    containers: [{ ...service, volumeMounts: [...scratchMounts(definition), mount] }],
  };
}
