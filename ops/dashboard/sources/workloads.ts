import { setTimeout } from "node:timers/promises";
import {
  AppsV1Api,
  type Informer,
  type KubeConfig,
  makeInformer,
  type V1Deployment,
  type V1StatefulSet,
} from "@kubernetes/client-node";
import { messageOf } from "../../errors.ts";
import { podsOf } from "../../health/kubernetes-health.ts";
import type { HealthPart, WorkloadHealth } from "../parts.ts";
import { Bell } from "./bell.ts";

type Workload = V1Deployment | V1StatefulSet;

/** How long to wait for a cluster that does not answer, in milliseconds. */
const AGAIN = 1_000;
/** Events of one change come together. */
const SETTLE = 100;

/** Posts how the workloads of a namespace do, at once and after each of their events, until the signal. */
export async function watchWorkloads(
  cluster: KubeConfig,
  namespace: string,
  post: (health: HealthPart) => void,
  signal: AbortSignal,
): Promise<void> {
  const bell = new Bell();
  const ring = () => bell.ring();
  signal.addEventListener("abort", ring, { once: true });
  const kinds = informersOf(cluster, namespace);
  const problems = kinds.map((informer) => keepInformed(informer, ring, signal));
  while (!signal.aborted) {
    await bell.wait();
    await setTimeout(SETTLE);
    const problem = problems.map((find) => find()).find((found) => found !== undefined);
    if (problem !== undefined) post({ workloads: {}, problem: `the cluster does not answer: ${problem}` });
    else post({ workloads: Object.fromEntries(kinds.flatMap((kind) => kind.list()).map(describe)) });
  }
  await Promise.all(kinds.map((informer) => informer.stop()));
}

function informersOf(cluster: KubeConfig, namespace: string) {
  const apps = cluster.makeApiClient(AppsV1Api);
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}`;
  return [
    makeInformer<Workload>(cluster, `${path}/deployments`, () =>
      apps.listNamespacedDeployment({ namespace }),
    ),
    makeInformer<Workload>(cluster, `${path}/statefulsets`, () =>
      apps.listNamespacedStatefulSet({ namespace }),
    ),
  ];
}

/** Starts an informer, and again whenever it breaks; gives what it last broke with, if it has not recovered. */
function keepInformed(
  informer: Informer<Workload>,
  notice: () => void,
  signal: AbortSignal,
): () => string | undefined {
  let problem: string | undefined;
  const start = async () => {
    problem = undefined;
    // What it cannot do at once it tells as any later failure.
    await informer.start();
    notice();
  };
  informer.on("change", notice);
  informer.on("error", (error: unknown) => {
    problem = messageOf(error);
    notice();
    setTimeout(AGAIN, undefined, { signal }).then(start, () => undefined);
  });
  void start();
  return () => problem;
}

function describe(workload: Workload): [string, WorkloadHealth] {
  const { ready, wanted, says } = podsOf(workload);
  return [workload.metadata?.name ?? "", { health: healthOf(workload, wanted, ready), detail: says }];
}

/** A workload whose newest pods are still on their way starts; one that had them all and lacks some is unhealthy. */
function healthOf({ metadata, status }: Workload, wanted: number, ready: number): WorkloadHealth["health"] {
  if (wanted === 0) return "stopped";
  if (ready >= wanted) return "healthy";
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const progress = (status?.conditions ?? []).find(({ type }) => type === "Progressing");
  if (progress !== undefined) {
    const isOver = progress.status === "False" || progress.reason === "NewReplicaSetAvailable";
    return isSeen && isOver ? "unhealthy" : "starting";
  }
  return isSeen && (status?.updatedReplicas ?? 0) >= wanted ? "unhealthy" : "starting";
}
