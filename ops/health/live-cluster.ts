import { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";

/** An object as the API server has it. */
export interface LiveObject {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly [key: string]: unknown };
  readonly status?: { readonly [key: string]: unknown };
}

/** How to reach a cluster: by a kubeconfig and a context of it, else as kubectl would. */
export interface ClusterAccess {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Reads what a cluster really holds, past the engine. */
export class LiveCluster {
  private readonly api: KubernetesObjectApi;

  constructor({ kubeconfig, context }: ClusterAccess) {
    const config = new KubeConfig();
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    this.api = KubernetesObjectApi.makeApiClient(config);
  }

  /** Objects of a kind in a namespace; without one, of all. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<LiveObject[]> {
    const { items } = await this.api.list(apiVersion, kind, namespace);
    return items as LiveObject[];
  }

  /** Deployments of a namespace: name -> `available/wanted`. */
  async availability(namespace: string): Promise<{ [name: string]: string }> {
    const deployments = await this.list("apps/v1", "Deployment", namespace);
    return Object.fromEntries(
      deployments.map(({ metadata, spec, status }) => [
        metadata?.name ?? "",
        `${Number(status?.["availableReplicas"] ?? 0)}/${Number(spec?.["replicas"] ?? 0)}`,
      ]),
    );
  }
}
