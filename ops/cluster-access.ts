/** How to reach a cluster: by a kubeconfig (a path, or its text) and a context of it, else as kubectl would. */
export interface ClusterAccess {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Where the settings of a cloud stack say that its cluster is. */
export function clusterOf(
  settings: { readonly [key: string]: { readonly value: string } },
  project: string,
): ClusterAccess {
  const { kubeconfig, context } = JSON.parse(
    settings[`${project}:kubernetes`]?.value ?? "{}",
  ) as ClusterAccess;
  return { kubeconfig, context };
}
