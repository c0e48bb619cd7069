import { KubeConfig } from "@kubernetes/client-node";
import type { ClusterAccess } from "./cluster-access.ts";

/** What the client needs to reach a cluster. Loading the client takes half a second: import this where it is needed. */
export function loadKubeConfig({ kubeconfig, context }: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else if (kubeconfig.includes("\n")) config.loadFromString(kubeconfig);
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}
