import { KubernetesObjectApi } from "@kubernetes/client-node";
import type { ClusterAccess } from "../cluster-access.ts";
import { loadKubeConfig } from "../kube-config.ts";

/** An object as the API server has it. */
export interface LiveObject {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly [key: string]: unknown };
  readonly status?: { readonly [key: string]: unknown };
}

/** Reads what a cluster really holds, past the engine. */
export class LiveCluster {
  private readonly api: KubernetesObjectApi;

  constructor(access: ClusterAccess) {
    this.api = KubernetesObjectApi.makeApiClient(loadKubeConfig(access));
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
