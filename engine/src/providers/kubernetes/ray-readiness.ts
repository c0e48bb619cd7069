import { numberAt, textAt } from "../plain-values.ts";
import { nameOf } from "./object.ts";
import { findPodTroubleOf, podName } from "./pod-trouble.ts";
import {
  conditionText,
  findCondition,
  isObserved,
  type Observation,
  READY,
  type Readiness,
  statusOf,
  waiting,
} from "./readiness.ts";

/** Pods of a Ray cluster, as KubeRay labels them. */
const CLUSTER_LABEL = "ray.io/cluster";
const FAILED = ["Failed", "ValidationFailed"];

/** Ended well. KubeRay says `Failed` only once no attempt is left, so a job that has failed does not come back. */
export async function rayJobReadiness({ live, api }: Observation): Promise<Readiness> {
  const status = statusOf(live);
  const [deployment, job] = [textAt(status, "jobDeploymentStatus"), textAt(status, "jobStatus")];
  if (deployment === "Complete" && job === "SUCCEEDED") return READY;
  const isOver = deployment === "Complete" || FAILED.includes(deployment);
  if (isOver) return { state: "failed", reasons: [verdictText(textAt(status, "reason") || job, status)] };
  if (deployment === "Suspended") return waiting(`RayJob "${podName(live)}" is suspended`);
  const attempt = numberAt(status, "failed") + 1;
  const which = attempt === 1 ? "" : ` (attempt ${attempt})`;
  const message = `Waiting for RayJob "${podName(live)}" to succeed${which}: ${phaseText(deployment, job)}`;
  const cluster = textAt(status, "rayClusterName");
  return waiting(message, cluster === "" ? [] : await findPodTroubleOf(api, live, rayPods(cluster)));
}

/** Head and workers are ready. */
export async function rayClusterReadiness({ live, api }: Observation): Promise<Readiness> {
  const status = statusOf(live);
  const state = textAt(status, "state");
  if (state === "ready" && isObserved(live)) return READY;
  const workers = `${numberAt(status, "readyWorkerReplicas")}/${numberAt(status, "desiredWorkerReplicas")}`;
  const message = `Waiting for RayCluster "${podName(live)}" to be ready (${workers} workers ready)`;
  // Its pods are not even made: admission or a quota refuses them.
  const refused = findCondition(live, "ReplicaFailure");
  const said = [
    ...(state === "failed" ? [verdictText("failed", { message: textAt(status, "reason") })] : []),
    ...(refused !== undefined && textAt(refused, "status") === "True" ? [conditionText(refused)] : []),
  ];
  return waiting(message, [...said, ...(await findPodTroubleOf(api, live, rayPods(nameOf(live))))]);
}

function rayPods(cluster: string): string {
  return `${CLUSTER_LABEL}=${cluster}`;
}

function phaseText(deployment: string, job: string): string {
  if (deployment === "") return "the operator has not seen it yet";
  return deployment === "Running" && job !== "" ? `the job is ${job}` : `it is ${deployment}`;
}

/** `[reason] message`. */
function verdictText(reason: string, status: Parameters<typeof textAt>[0]): string {
  return `[${reason}] ${textAt(status, "message")}`.trimEnd();
}
