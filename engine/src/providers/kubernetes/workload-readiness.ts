import { findMapAt, numberAt, textAt } from "../plain-values.ts";
import { findEvents } from "./events.ts";
import { metadataOf, nameOf, namespaceOf } from "./object.ts";
import { findPodTrouble, isPodReady, podName, podTrouble } from "./pod-trouble.ts";
import {
  conditionText,
  findCondition,
  isObserved,
  isTrue,
  numberOr,
  type Observation,
  READY,
  type Readiness,
  specOf,
  statusOf,
  waiting,
} from "./readiness.ts";

/** Rolled out: the newest pods are available, and none of the older ones are left. */
export async function deploymentReadiness({ live, api }: Observation): Promise<Readiness> {
  const status = statusOf(live);
  const wanted = numberOr(specOf(live), "replicas", 1);
  const available = numberAt(status, "availableReplicas");
  const progressing = findCondition(live, "Progressing");
  const isComplete =
    isObserved(live) &&
    isTrue(progressing) &&
    textAt(progressing ?? {}, "reason") === "NewReplicaSetAvailable" &&
    isTrue(findCondition(live, "Available")) &&
    numberAt(status, "updatedReplicas") >= wanted &&
    numberAt(status, "unavailableReplicas") === 0 &&
    numberAt(status, "replicas") <= wanted;
  if (isComplete) return READY;
  // Its pods are not even made: admission or a quota refuses them.
  const refused = findCondition(live, "ReplicaFailure");
  const conditions = [progressing, findCondition(live, "Available")]
    .filter((condition) => condition !== undefined && !isTrue(condition))
    .concat(isTrue(refused) ? [refused] : [])
    .map((condition) => conditionText(condition ?? {}));
  const message = `Waiting for app ReplicaSet to be available (${available}/${wanted} Pods available)`;
  return waiting(message, [...conditions, ...(await findPodTrouble(api, live))]);
}

/** Every pod is ready and of the newest revision. */
export async function statefulSetReadiness({ live, api }: Observation): Promise<Readiness> {
  const status = statusOf(live);
  const wanted = numberOr(specOf(live), "replicas", 1);
  const ready = numberAt(status, "readyReplicas");
  const byHand = textAt(findMapAt(specOf(live), "updateStrategy") ?? {}, "type") === "OnDelete";
  const hasReplicas = numberAt(status, "replicas") === wanted && ready === wanted;
  const current = textAt(status, "currentRevision");
  const isRolledOut =
    current !== "" &&
    current === textAt(status, "updateRevision") &&
    numberAt(status, "currentReplicas") === wanted;
  if (isObserved(live) && hasReplicas && (byHand || isRolledOut)) return READY;
  const message = hasReplicas
    ? "[2/3] Waiting for StatefulSet to update .status.currentRevision"
    : `[1/3] Waiting for StatefulSet update to roll out (${ready}/${wanted} Pods ready)`;
  const missing = hasReplicas ? [] : [`${ready} out of ${wanted} replicas succeeded readiness checks`];
  return waiting(message, [...missing, ...(await findPodTrouble(api, live))]);
}

/** A ready pod of the newest revision on every node that should have one. */
export async function daemonSetReadiness({ live, api }: Observation): Promise<Readiness> {
  const status = statusOf(live);
  const wanted = numberAt(status, "desiredNumberScheduled");
  const counts = ["currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"];
  const behind = counts.find((name) => numberAt(status, name) < wanted);
  const isKnown = typeof status["desiredNumberScheduled"] === "number";
  if (isKnown && isObserved(live) && behind === undefined) return READY;
  const message = isKnown
    ? `${behind ?? "observedGeneration"}: ${numberAt(status, behind ?? "")}/${wanted}`
    : "Waiting for the DaemonSet to be scheduled";
  return waiting(message, await findPodTrouble(api, live));
}

/** Ended well. A job that has failed does not come back. */
export async function jobReadiness({ live, api }: Observation): Promise<Readiness> {
  if (isTrue(findCondition(live, "Complete"))) return READY;
  const trouble = await findPodTrouble(api, live);
  const failed = findCondition(live, "Failed");
  if (isTrue(failed)) return { state: "failed", reasons: [conditionText(failed ?? {}), ...trouble] };
  const status = statusOf(live);
  const counts = ["active", "succeeded", "failed"].map(
    (name) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}: ${numberAt(status, name)}`,
  );
  const started = textAt(status, "startTime") !== "";
  const message = started
    ? `Waiting for Job "${podName(live)}" to succeed (${counts.join(" | ")})`
    : `Waiting for Job "${podName(live)}" to start`;
  return waiting(message, trouble);
}

export async function podReadiness({ live, api }: Observation): Promise<Readiness> {
  if (isPodReady(live)) return READY;
  const uid = textAt(metadataOf(live), "uid");
  const events = await findEvents(api, { namespace: namespaceOf(live), uids: [uid], onlyWarnings: true });
  return waiting(`Waiting for Pod "${podName(live)}" to be ready`, podTrouble(live, events.get(uid)));
}

export function replicationControllerReadiness({ live }: Observation): Readiness {
  const wanted = numberOr(specOf(live), "replicas", 1);
  const available = numberAt(statusOf(live), "availableReplicas");
  if (available === wanted) return READY;
  return waiting(
    `Waiting for '${wanted}' replicas of "${nameOf(live)}" to be scheduled (have: '${available}')`,
  );
}
