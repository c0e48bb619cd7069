import type * as kubernetes from "@pulumi/kubernetes";
import type { WorkloadArgs } from "../platform.ts";
import { containerBase, scratchMounts, scratchVolumes } from "./container.ts";

type Pod = kubernetes.types.input.core.v1.PodSpec;
type Container = kubernetes.types.input.core.v1.Container;

const SIZE = "64Mi";

/**
 * A pod whose first container fills a directory that the service then reads. Each pod does so for itself: what is
 * prepared comes from the image alone, so all of them get the same, and no storage has to be shared.
 */
export function preparedPod(pod: Pod, service: Container, args: WorkloadArgs): Pod {
  const { preparation, image } = args;
  if (preparation === undefined) return { ...pod, containers: [service] };
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
