import type { AtlasPlatformArgs } from "../platforms/atlas/atlas-platform.ts";
import type { AuraPlatformArgs } from "../platforms/aura/aura-platform.ts";
import type { ImageOptions } from "../platforms/kubernetes/image.ts";
import type { KubernetesPlatformArgs } from "../platforms/kubernetes/kubernetes-platform.ts";
import type { Destination, Scale, Scope } from "../platforms/platform.ts";
import { mebibytes, millicores, seconds } from "../quantities.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import { readSecret } from "../settings/read.ts";

const CORE = 1000;

/** What the settings mean to each platform. */
export function kubernetesArgs(scope: Scope, settings: CloudSettings): KubernetesPlatformArgs {
  const { kubernetes, gateway, monitoring, externalSecrets } = settings;
  const { quota } = kubernetes;
  return {
    scope,
    kubeconfig: kubernetes.kubeconfig,
    context: kubernetes.context,
    apiServer: kubernetes.apiServer,
    quota: { cpu: millicores(quota.cpu * CORE), memory: mebibytes(quota.memory), pods: quota.pods },
    patience: seconds(kubernetes.patience),
    images: imageOptions(settings),
    gateway,
    ...(monitoring.kind === "prometheus-operator" && {
      monitoring: { interval: seconds(monitoring.interval), namespace: monitoring.namespace },
    }),
    ...(externalSecrets.kind === "store" && {
      store: {
        name: externalSecrets.store,
        refresh: seconds(externalSecrets.refresh * 60),
        services: externalSecrets.services,
      },
    }),
  };
}

function imageOptions({ images }: CloudSettings): ImageOptions {
  if (images.kind === "pinned") return images;
  const { username, ...options } = images;
  return {
    ...options,
    sources: "services",
    store: ".images",
    ...(username !== undefined && { login: { username, password: readSecret("registryPassword") } }),
  };
}

export function atlasArgs(scope: Scope, { atlas }: CloudSettings): AtlasPlatformArgs {
  return { ...atlas, scope, clientSecret: readSecret("atlasClientSecret") };
}

export function auraArgs(scope: Scope, { graph }: CloudSettings): AuraPlatformArgs {
  if (graph.mode === "external") {
    return { mode: "external", credentials: readSecret("graphCredentials"), plain: graph.plain };
  }
  const { type, cloudProvider, region, tenantId, memory } = graph;
  return {
    mode: "managed",
    scope,
    baseUrl: graph.baseUrl,
    clientId: graph.clientId,
    clientSecret: readSecret("auraClientSecret"),
    settleSeconds: graph.settle,
    instance: { type, cloudProvider, region, tenantId, memory: `${memory}GB` },
    protect: graph.protect,
  };
}

const MONGODB_PORTS = { first: 27_015, last: 27_017 };
/** A private endpoint answers for each server on a port of its own. */
const PRIVATE_ENDPOINT_PORTS = { first: 1024, last: 65_535 };
const BOLT_PORT = { first: 7687, last: 7687 };

/** Where the document database is for a service. */
export function documentsDestination({ kubernetes, atlas }: CloudSettings): Destination {
  const { cluster } = atlas;
  const isPrivate = cluster.kind === "dedicated" && cluster.connection.kind === "private-endpoint";
  const ports = [isPrivate ? PRIVATE_ENDPOINT_PORTS : MONGODB_PORTS];
  return { kind: "outside", name: "documents", ranges: kubernetes.documentEgress, ports };
}

/** Where the graph database is for a service. */
export function graphDestination({ graph }: CloudSettings): Destination {
  return { kind: "outside", name: "graph", ranges: graph.egress, ports: [BOLT_PORT] };
}

/** How much of a service runs. */
export function scaleOf(settings: CloudSettings["backendNode"]): Scale {
  return { ...settings, cpu: millicores(settings.cpu) };
}
