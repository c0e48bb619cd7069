import { z } from "zod";
import { networkRange } from "./network-range.ts";
import { trafficSettings } from "./shift-settings.ts";

/** The cluster that runs the services. */
export const kubernetesSettings = z
  .strictObject({
    kubeconfig: z.string().min(1).optional().describe("Path of a kubeconfig; absent: where kubectl looks"),
    context: z.string().min(1).optional().describe("Context of the kubeconfig; absent: its current one"),
    documentEgress: z
      .array(networkRange)
      .min(1)
      .describe(
        "Addresses of the document database, in CIDR notation; all others are closed to the services",
      ),
    apiServer: z
      .array(networkRange)
      .default(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])
      .describe(
        "Addresses that the API server connects to pods from, in CIDR notation: by its proxy `./infra shift` and `./infra cut-over` read counters",
      ),
    patience: z
      .int()
      .min(10)
      .default(600)
      .describe("How long a rollout or a job may take until the update fails, seconds"),
    quota: z
      .strictObject({
        cpu: z.int().min(1).default(32).describe("CPU that all pods together may ask for, cores"),
        memory: z.int().min(1024).default(65_536).describe("Memory that all pods together may use, MiB"),
        pods: z.int().min(10).default(100).describe("Pods at most"),
      })
      .prefault({})
      .describe("What the namespace may use"),
  })
  .describe("Kubernetes");

/** The public door. */
export const gatewaySettings = z
  .strictObject({
    host: z.hostname().describe("Host name that people and clients use"),
    className: z.string().min(1).default("eg").describe("GatewayClass of the cluster that answers for it"),
    controllerNamespace: z
      .string()
      .min(1)
      .default("envoy-gateway-system")
      .describe("Namespace of the controller's pods: only these may reach the services"),
    ...trafficSettings,
    sticky: z
      .boolean()
      .default(true)
      .describe(
        "A client stays with its backend by its token (the controller has to know regular expressions of headers); the share is one of clients",
      ),
    tls: z
      .discriminatedUnion("kind", [
        z.strictObject({
          kind: z.literal("cert-manager").describe("A certificate that cert-manager keeps valid"),
          issuer: z.string().min(1).default("letsencrypt").describe("Name of the ClusterIssuer"),
        }),
        z.strictObject({
          kind: z.literal("secret").describe("A certificate that somebody else keeps valid"),
          name: z.string().min(1).describe("Secret of type kubernetes.io/tls in the namespace"),
        }),
      ])
      .prefault({ kind: "cert-manager" })
      .describe("Certificate of the host name"),
  })
  .describe("The API gateway");

/** How much of a service runs. */
export function scaleSettings(meaning: string, defaults: { memory: number; cpu: number; max: number }) {
  return z
    .strictObject({
      minReplicas: z.int().min(1).default(2).describe("Pods at least"),
      maxReplicas: z.int().min(1).default(defaults.max).describe("Pods at most"),
      targetCpu: z
        .int()
        .min(10)
        .max(95)
        .default(70)
        .describe("CPU use that more pods are started at, percent"),
      cpu: z
        .int()
        .min(10)
        .default(defaults.cpu)
        .describe("CPU that each pod asks for, thousandths of a core"),
      memory: z.int().min(64).default(defaults.memory).describe("Memory of each pod, MiB"),
    })
    .refine(({ minReplicas, maxReplicas }) => minReplicas <= maxReplicas, {
      path: ["maxReplicas"],
      message: "is less than minReplicas",
    })
    .prefault({})
    .describe(meaning);
}

const CRON = /^(\S+\s+){4}\S+$/;

/** The job that loads the knowledge graph. */
export const knowledgeGraphSettings = z
  .strictObject({
    schedule: z
      .string()
      .regex(CRON, "is not a schedule of five fields such as 15 2 * * *")
      .default("15 2 * * *")
      .describe("When it is loaded again, beside once with each new version: the five fields of cron"),
    timeZone: z.string().min(1).default("Etc/UTC").describe("Time zone of the schedule"),
  })
  .prefault({})
  .describe("The knowledge graph");

export const monitoringSettings = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Nobody collects metrics") }),
    z.strictObject({
      kind: z.literal("prometheus-operator").describe("A ServiceMonitor for each service that has metrics"),
      interval: z.int().min(5).default(30).describe("Time between two collections, seconds"),
      namespace: z.string().min(1).default("monitoring").describe("Namespace of the collector's pods"),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("Metrics");

const reference = z.strictObject({
  key: z.string().min(1).describe("Entry of the store"),
  property: z.string().min(1).optional().describe("Part of the entry; absent: the whole"),
});

export const externalSecretsSettings = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Every secret comes from the stack") }),
    z.strictObject({
      kind: z.literal("store").describe("Some come from a store by way of the External Secrets operator"),
      store: z.string().min(1).describe("Name of the ClusterSecretStore"),
      refresh: z.int().min(1).default(60).describe("Time between two looks at the store, minutes"),
      services: z
        .record(z.string().min(1), z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), reference))
        .describe("Service -> environment variable -> key (and property) in the store"),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("Secrets from a store outside");
