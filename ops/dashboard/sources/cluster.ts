import type { ClusterAccess } from "../../cluster-access.ts";
import { loadKubeConfig } from "../../kube-config.ts";
import { kubernetesLogs } from "../../logs/kubernetes-logs.ts";
import type { Platform } from "./platform.ts";
import { followPods } from "./pod-logs.ts";
import { watchWorkloads } from "./workloads.ts";

/** Where the services of a cloud stack are. */
export interface ClusterPlace extends ClusterAccess {
  readonly namespace: string;
}

/** The workloads of a namespace. Loading the client takes half a second: import this where it is needed. */
export function clusterPlatform({ namespace, ...access }: ClusterPlace): Platform {
  const cluster = loadKubeConfig(access);
  return {
    watchHealth: (post, signal) => watchWorkloads(cluster, namespace, post, signal),
    followLogs: (request) => followPods(kubernetesLogs(cluster, namespace), request),
  };
}
