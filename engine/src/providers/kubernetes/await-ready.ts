import { ProviderError } from "../../errors.ts";
import { textAt } from "../plain-values.ts";
import { SKIP_AWAIT, TIMEOUT_SECONDS, WAIT_FOR } from "./annotations.ts";
import { kindOfObject } from "./api-kind.ts";
import { type KubeApi, referenceOf } from "./kube-api.ts";
import { isAway, isNotFound } from "./kube-error.ts";
import { ingressReadiness, serviceReadiness } from "./network-readiness.ts";
import { annotationOf, hasAnnotation, type KubeObject, metadataOf, nameOf } from "./object.ts";
import { rayClusterReadiness, rayJobReadiness } from "./ray-readiness.ts";
import { type Observation, type Readiness, type ReadinessCheck, waiting } from "./readiness.ts";
import { kindText, type Session, statusTeller } from "./session.ts";
import {
  quotaReadiness,
  secretReadiness,
  volumeClaimReadiness,
  volumeReadiness,
} from "./storage-readiness.ts";
import { parseWaitFor } from "./wait-for.ts";
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  podReadiness,
  replicationControllerReadiness,
  statefulSetReadiness,
} from "./workload-readiness.ts";

/** The object is there but does not work: in time, or at all. */
export class NotReadyError extends ProviderError {
  override name = "NotReadyError";
  readonly object: KubeObject;
  readonly reasons: readonly string[];
  constructor(message: string, object: KubeObject, reasons: readonly string[]) {
    super(message, { status: "ok" });
    this.object = object;
    this.reasons = reasons;
  }
}

const CHECKS: { readonly [kind: string]: ReadinessCheck } = {
  "apps/Deployment": deploymentReadiness,
  "extensions/Deployment": deploymentReadiness,
  "apps/StatefulSet": statefulSetReadiness,
  "apps/DaemonSet": daemonSetReadiness,
  "extensions/DaemonSet": daemonSetReadiness,
  "batch/Job": jobReadiness,
  "/Pod": podReadiness,
  "/ReplicationController": replicationControllerReadiness,
  "/Service": serviceReadiness,
  "extensions/Ingress": ingressReadiness,
  "networking.k8s.io/Ingress": ingressReadiness,
  "/PersistentVolumeClaim": volumeClaimReadiness,
  "/PersistentVolume": volumeReadiness,
  "/ResourceQuota": quotaReadiness,
  "/Secret": secretReadiness,
};

/** Kinds that the official plugin waits for only where `waitFor` says so. */
const CUSTOM_CHECKS: { readonly [kind: string]: ReadinessCheck } = {
  "ray.io/RayJob": rayJobReadiness,
  "ray.io/RayCluster": rayClusterReadiness,
};

const DEFAULT_TIMEOUT_SECONDS = 600;
const PAUSE_MS = 500;

export interface Awaiting {
  readonly urn: string;
  /** Seconds; 0 = the annotation's, or the default. */
  readonly timeout: number;
  readonly inputs: KubeObject;
  readonly object: KubeObject;
}

/** Waits until the object works. @throws NotReadyError */
export async function awaitReady(
  session: Session,
  api: KubeApi,
  awaiting: Awaiting & { readonly isUpdate: boolean },
): Promise<KubeObject> {
  const check = findCheck(awaiting.inputs);
  if (check === undefined) return awaiting.object;
  const reference = referenceOf(awaiting.object);
  const deadline = session.clock.now() + timeoutOf(awaiting) * 1000;
  const show = statusTeller(session, awaiting.urn);
  let live = awaiting.object;
  for (;;) {
    const readiness = await judge(check, { live, api, isUpdate: awaiting.isUpdate });
    switch (readiness.state) {
      case "ready":
        show("");
        return live;
      case "failed":
        throw notInitialized(live, readiness.reasons);
      case "waiting":
        show([readiness.message, ...readiness.reasons.slice(0, 1)].join(": "));
    }
    if (session.clock.now() >= deadline) {
      throw new NotReadyError(`'${nameOf(live)}' timed out waiting to be Ready`, live, readiness.reasons);
    }
    if (session.signal.aborted) {
      const message = `Resource operation was cancelled for ${JSON.stringify(nameOf(live))}`;
      throw new NotReadyError(message, live, readiness.reasons);
    }
    await waitForNews(session, api, live);
    live = (await unlessAway(() => api.get(reference))) ?? live;
  }
}

/** A server that is away for a while ends no wait; its deadline does. */
async function judge(check: ReadinessCheck, observation: Observation): Promise<Readiness> {
  const found = await unlessAway(async () => check(observation));
  return found ?? waiting("Waiting for the API server to answer", ["the API server does not answer"]);
}

async function unlessAway<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isAway(error)) return undefined;
    throw error;
  }
}

/** What is wrong with an object now; undefined where nothing is, or nobody asks. */
export async function findUnreadiness(
  api: KubeApi,
  object: { readonly inputs: KubeObject; readonly live: KubeObject },
): Promise<NotReadyError | undefined> {
  const check = findCheck(object.inputs);
  if (check === undefined || annotationOf(object.inputs, WAIT_FOR) !== "") return undefined;
  const readiness = await check({ live: object.live, api, isUpdate: true });
  return readiness.state === "ready" ? undefined : notInitialized(object.live, readiness.reasons);
}

function notInitialized(live: KubeObject, reasons: readonly string[]): NotReadyError {
  return new NotReadyError(`Resource '${nameOf(live)}' was created but failed to initialize`, live, reasons);
}

function findCheck(inputs: KubeObject): ReadinessCheck | undefined {
  if (hasAnnotation(inputs, SKIP_AWAIT)) return undefined;
  const { group, kind } = kindOfObject(inputs);
  const custom = CUSTOM_CHECKS[`${group}/${kind}`];
  const wanted = annotationOf(inputs, WAIT_FOR);
  if (wanted === "") return custom ?? CHECKS[`${group}/${kind}`];
  const asked = parseWaitFor(wanted);
  return custom === undefined ? asked : withReasonsOf(custom, asked);
}

/** Waits for what is asked; what the kind says of itself ends the wait where it has failed, and tells why it takes long. */
function withReasonsOf(own: ReadinessCheck, asked: ReadinessCheck): ReadinessCheck {
  return async (observation) => {
    const found = await asked(observation);
    if (found.state === "ready") return found;
    const told = await own(observation);
    return told.state === "ready" ? found : told;
  };
}

function timeoutOf({ timeout, inputs }: Awaiting): number {
  const annotated = Number(annotationOf(inputs, TIMEOUT_SECONDS));
  return timeout || (Number.isInteger(annotated) ? annotated : 0) || DEFAULT_TIMEOUT_SECONDS;
}

/** Until the object changes, or for a while; where watching is not allowed, for a while. */
async function waitForNews(session: Session, api: KubeApi, live: KubeObject): Promise<void> {
  const version = textAt(metadataOf(live), "resourceVersion");
  try {
    await api.waitForChange(referenceOf(live), version, session.lookSeconds);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  }
  await session.clock.sleep(PAUSE_MS, session.signal).catch(() => undefined);
}

/** Kinds whose deletion may be left to itself by the annotation. */
const SKIPPABLE_DELETES = new Set([
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
]);

/** Waits until the object is gone. @throws NotReadyError */
export async function awaitGone(session: Session, api: KubeApi, awaiting: Awaiting): Promise<void> {
  const { inputs, object } = awaiting;
  if (hasAnnotation(inputs, SKIP_AWAIT) && SKIPPABLE_DELETES.has(kindText(object))) return;
  const deadline = session.clock.now() + timeoutOf(awaiting) * 1000;
  const uid = textAt(metadataOf(object), "uid");
  const show = statusTeller(session, awaiting.urn);
  let last = object;
  for (;;) {
    const live = await findLive(api, object);
    // Another object of the same name is not ours.
    if (live === undefined || (uid !== "" && textAt(metadataOf(live), "uid") !== uid)) return;
    last = live;
    if (session.clock.now() >= deadline || session.signal.aborted) break;
    show("Waiting for deletion");
    await waitForNews(session, api, live);
  }
  throw new NotReadyError(`timed out waiting for ${JSON.stringify(nameOf(object))} to be deleted`, last, []);
}

async function findLive(api: KubeApi, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await api.get(referenceOf(object));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
