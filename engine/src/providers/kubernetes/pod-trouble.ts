import type { PropertyMap } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, numberAt, textAt } from "../plain-values.ts";
import { findEvents } from "./events.ts";
import type { KubeApi } from "./kube-api.ts";
import { KubeError } from "./kube-error.ts";
import { type KubeObject, metadataOf, nameOf, namespaceOf } from "./object.ts";
import { findCondition, isTrue, specOf, statusOf } from "./readiness.ts";

/** What keeps the pods of a workload from running, a line a pod: an image that is not found, a crash. */
export async function findPodTrouble(api: KubeApi, owner: KubeObject): Promise<readonly string[]> {
  const labels = findMapAt(findMapAt(specOf(owner), "selector") ?? {}, "matchLabels") ?? {};
  const selector = Object.entries(labels)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(",");
  return selector === "" ? [] : findPodTroubleOf(api, owner, selector);
}

/** The same of the pods that a label selector names. */
export async function findPodTroubleOf(
  api: KubeApi,
  owner: KubeObject,
  selector: string,
): Promise<readonly string[]> {
  try {
    const place = { kind: { group: "", version: "v1", kind: "Pod" }, namespace: namespaceOf(owner) };
    const pods = (await api.list(place, { labels: selector })).filter((pod) => !isPodReady(pod));
    const uids = [owner, ...pods].map(uidOf);
    const events = await findEvents(api, { namespace: namespaceOf(owner), uids, onlyWarnings: true });
    const ofOwner = events.get(uidOf(owner)) ?? [];
    return [...ofOwner, ...pods.flatMap((pod) => podTrouble(pod, events.get(uidOf(pod))))];
  } catch (error) {
    // Without the right to see pods the workload's own conditions must do.
    if (error instanceof KubeError) return [];
    throw error;
  }
}

function uidOf(object: KubeObject): string {
  return textAt(metadataOf(object), "uid");
}

/** What keeps one pod from running: what its containers say, and its events. */
export function podTrouble(pod: KubeObject, events: readonly string[] = []): readonly string[] {
  if (isPodReady(pod)) return [];
  const status = statusOf(pod);
  const containers = [...mapsAt(status, "initContainerStatuses"), ...mapsAt(status, "containerStatuses")];
  const errors = containers.flatMap(containerTrouble);
  errors.push(...events.filter((event) => !event.startsWith("[FailedScheduling]")));
  const unscheduled = findCondition(pod, "PodScheduled");
  if (unscheduled !== undefined && !isTrue(unscheduled) && textAt(unscheduled, "message") !== "") {
    errors.unshift(`[${textAt(unscheduled, "reason")}] ${textAt(unscheduled, "message")}`);
  }
  return errors.length === 0 ? [] : [`[Pod ${podName(pod)}]: ${errors.join(" -- ")}`];
}

export function isPodReady(pod: KubeObject): boolean {
  return textAt(statusOf(pod), "phase") === "Succeeded" || isTrue(findCondition(pod, "Ready"));
}

export function podName(pod: KubeObject): string {
  const namespace = textAt(metadataOf(pod), "namespace");
  return namespace === "" || namespace === "default" ? nameOf(pod) : `${namespace}/${nameOf(pod)}`;
}

function containerTrouble(status: PropertyMap): string[] {
  if (status["ready"] === true) return [];
  const state = findMapAt(status, "state") ?? {};
  const last = findMapAt(status, "lastState") ?? {};
  const name = textAt(status, "name");
  return [
    ...waitingTrouble(findMapAt(state, "waiting")),
    ...terminatedTrouble(name, findMapAt(state, "terminated")),
    ...terminatedTrouble(name, findMapAt(last, "terminated")),
  ];
}

function waitingTrouble(waiting: PropertyMap | undefined): string[] {
  if (waiting === undefined) return [];
  const reason = textAt(waiting, "reason");
  // On its way.
  if (reason === "ContainerCreating" || reason === "PodInitializing" || reason === "") return [];
  return [`[${reason}] ${textAt(waiting, "message")}`];
}

function terminatedTrouble(container: string, terminated: PropertyMap | undefined): string[] {
  if (terminated === undefined) return [];
  const code = numberAt(terminated, "exitCode");
  if (code === 0) return [];
  const said = textAt(terminated, "message");
  const reason = textAt(terminated, "reason");
  return [
    `[${reason}] container ${JSON.stringify(container)} exited with code ${code}${said === "" ? "" : `: ${said}`}`,
  ];
}
