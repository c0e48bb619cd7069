import { KubeConfig } from "@kubernetes/client-node";
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from "./control-plane.ts";
import { ControlPlaneError } from "./control-plane-error.ts";

export interface ClusterChoice extends ControlPlaneOptions {
  /** A context of the machine's kubeconfig. @default a control plane of its own */
  readonly context?: string;
}

/** A cluster to work on: one of its own, or the person's. */
export type Cluster = Pick<ControlPlane, "kubeconfig" | "server" | "close">;

/** Uses the cluster that a context names and leaves it running, or starts one. @throws ControlPlaneError */
export async function startOrUse(options: ClusterChoice): Promise<Cluster> {
  if (options.context === undefined) return startControlPlane(options);
  const config = new KubeConfig();
  config.loadFromDefault();
  const names = config.getContexts().map(({ name }) => name);
  if (!names.includes(options.context)) {
    const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new ControlPlaneError(`the kubeconfig has no context "${options.context}"; ${known}`);
  }
  config.setCurrentContext(options.context);
  const server = config.getCurrentCluster()?.server ?? "";
  return { kubeconfig: config.exportConfig(), server, close: async () => undefined };
}
