import { clusterOf } from "../cluster-access.ts";
import { loadKubeConfig } from "../kube-config.ts";
import { readOutputs } from "../outputs.ts";
import { openStack } from "../stack.ts";
import type { VerbArguments } from "../verb.ts";
import { kubernetesLogs } from "./kubernetes-logs.ts";
import type { LogSource } from "./log-source.ts";

/** The logs of a cloud stack: the cluster is that of its settings, the namespace that of its outputs. */
export async function openClusterLogs(
  args: VerbArguments,
  announce: (line: string) => void,
): Promise<LogSource> {
  const { name, project, stack } = await openStack(args, announce);
  const { cloud } = await readOutputs(name, stack, false);
  const cluster = clusterOf(await stack.getAllConfig(), project);
  return kubernetesLogs(loadKubeConfig(cluster), cloud?.namespace ?? "");
}
