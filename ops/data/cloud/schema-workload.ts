import { setTimeout as delay } from "node:timers/promises";
import { BatchV1Api, CoreV1Api, type V1Job } from "@kubernetes/client-node";
import type { ClusterAccess } from "../../cluster-access.ts";
import { loadKubeConfig } from "../../kube-config.ts";
import { ROLE_LABEL } from "../../stack-name.ts";
import { isSchemaRole, SCHEMA_RUN, type SchemaJob, type SchemaRun } from "../schema-job.ts";

const POLL_INTERVAL = 1_000;

interface Cluster {
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
  readonly namespace: string;
}

/** The schema jobs of a stack on Kubernetes, the newest of each role. */
export async function findSchemaWorkloads(
  access: ClusterAccess & { readonly namespace: string },
): Promise<SchemaJob[]> {
  const { namespace } = access;
  const config = loadKubeConfig(access);
  const cluster = {
    batch: config.makeApiClient(BatchV1Api),
    core: config.makeApiClient(CoreV1Api),
    namespace,
  };
  const { items } = await cluster.batch.listNamespacedJob({ namespace });
  return [...newestByRole(items)].map(([role, recorded]) => ({
    role,
    run: (args, signal) => runAgain(cluster, recorded, { args, signal }),
  }));
}

/** Schema jobs by role; of several that the program made, the last. */
export function newestByRole(jobs: readonly V1Job[]): Map<string, V1Job> {
  const ours = jobs.filter((job) => isSchemaRole(roleOf(job))).sort((a, b) => createdAt(a) - createdAt(b));
  return new Map(ours.map((job) => [roleOf(job), job]));
}

function roleOf({ metadata }: V1Job): string {
  return metadata?.labels?.[ROLE_LABEL] ?? "";
}

function createdAt({ metadata }: V1Job): number {
  return metadata?.creationTimestamp?.getTime() ?? 0;
}

/** The same pod with other arguments, once, under a name of its own; the cluster removes it after an hour. */
export function jobLike(recorded: V1Job, args: readonly string[]): V1Job {
  const { spec } = recorded;
  const template = spec?.template;
  const labels = Object.fromEntries(
    Object.entries(template?.metadata?.labels ?? {}).filter(([label]) => !isOfController(label)),
  );
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      generateName: `${roleOf(recorded)}-run-`,
      labels: { ...labels, [ROLE_LABEL]: SCHEMA_RUN },
    },
    spec: {
      backoffLimit: 0,
      ttlSecondsAfterFinished: 3_600,
      ...(spec?.activeDeadlineSeconds !== undefined && { activeDeadlineSeconds: spec.activeDeadlineSeconds }),
      template: {
        metadata: { labels },
        spec: {
          ...template?.spec,
          containers: (template?.spec?.containers ?? []).map((container) => ({
            ...container,
            args: [...args],
          })),
        },
      },
    },
  };
}

/** Labels that tie a pod to the job that made it. */
function isOfController(label: string): boolean {
  return label.startsWith("batch.kubernetes.io/") || ["controller-uid", "job-name"].includes(label);
}

async function runAgain(
  { batch, core, namespace }: Cluster,
  recorded: V1Job,
  how: { readonly args: readonly string[]; readonly signal: AbortSignal | undefined },
): Promise<SchemaRun> {
  const created = await batch.createNamespacedJob({ namespace, body: jobLike(recorded, how.args) });
  const name = created.metadata?.name ?? "";
  try {
    for (;;) {
      const { status } = await batch.readNamespacedJobStatus({ name, namespace });
      if ((status?.succeeded ?? 0) + (status?.failed ?? 0) > 0) {
        const lines = await readLog(core, { namespace, name });
        return { exitCode: (status?.succeeded ?? 0) > 0 ? 0 : 1, lines };
      }
      await delay(POLL_INTERVAL, undefined, how.signal && { signal: how.signal });
    }
  } finally {
    await batch.deleteNamespacedJob({ name, namespace, propagationPolicy: "Background" });
  }
}

async function readLog(core: CoreV1Api, job: { readonly namespace: string; readonly name: string }) {
  const { namespace, name } = job;
  const pods = await core.listNamespacedPod({ namespace, labelSelector: `job-name=${name}` });
  const pod = pods.items[0]?.metadata?.name;
  if (pod === undefined) return [];
  return (await core.readNamespacedPodLog({ name: pod, namespace })).trimEnd().split("\n");
}
