import { KubeConfig } from "@kubernetes/client-node";
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
  const settings = (await stack.getAllConfig())[`${project}:kubernetes`]?.value ?? "{}";
  return kubernetesLogs(clusterOf(settings), cloud?.namespace ?? "");
}

/** The cluster that a stack's settings name, else the one that kubectl would take. */
export function clusterOf(settings: string): KubeConfig {
  const { kubeconfig, context } = JSON.parse(settings) as { kubeconfig?: string; context?: string };
  const cluster = new KubeConfig();
  if (kubeconfig === undefined) cluster.loadFromDefault();
  else cluster.loadFromFile(kubeconfig);
  if (context !== undefined) cluster.setCurrentContext(context);
  return cluster;
}
