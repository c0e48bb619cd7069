import { findMapAt, sameValue, textAt } from "../plain-values.ts";
import { findEvents } from "./events.ts";
import { KubeError } from "./kube-error.ts";
import { type KubeObject, metadataOf, nameOf, namespaceOf } from "./object.ts";
import { type Observation, READY, type Readiness, specOf, statusOf, waiting } from "./readiness.ts";

/** Bound, or waiting for its first pod where its class has it wait. */
export async function volumeClaimReadiness({ live, api }: Observation): Promise<Readiness> {
  const phase = textAt(statusOf(live), "phase");
  if (phase === "Bound") return READY;
  if (phase === "Pending" && (await bindingMode(api, live)) === "WaitForFirstConsumer") return READY;
  const uid = textAt(metadataOf(live), "uid");
  const events = await findEvents(api, { namespace: namespaceOf(live), uids: [uid], onlyWarnings: false });
  return waiting(
    `PersistentVolumeClaim: [${nameOf(live)}] is not ready. status.phase currently at: ${phase}`,
    events.get(uid),
  );
}

async function bindingMode(api: Observation["api"], claim: KubeObject): Promise<string> {
  const name = textAt(specOf(claim), "storageClassName");
  if (name === "") return "";
  const kind = { group: "storage.k8s.io", version: "v1", kind: "StorageClass" };
  try {
    return textAt(await api.get({ kind, namespace: "", name }), "volumeBindingMode");
  } catch (error) {
    // Without its class the claim has to get bound.
    if (error instanceof KubeError) return "";
    throw error;
  }
}

export function volumeReadiness({ live }: Observation): Readiness {
  const phase = textAt(statusOf(live), "phase");
  if (phase === "Available" || phase === "Bound") return READY;
  return waiting(`PersistentVolume "${nameOf(live)}" is in phase "${phase}"`);
}

/** The controller has taken the limits over. */
export function quotaReadiness({ live }: Observation): Readiness {
  const limits = findMapAt(specOf(live), "hard");
  const taken = findMapAt(statusOf(live), "hard");
  if (limits === undefined || (taken !== undefined && sameValue(limits, taken))) return READY;
  return waiting(`ResourceQuota "${nameOf(live)}" is not in force yet`);
}

/** Tokens of service accounts are filled in by a controller. */
export function secretReadiness({ live }: Observation): Readiness {
  if (textAt(live, "type") !== "kubernetes.io/service-account-token") return READY;
  if (Object.keys(findMapAt(live, "data") ?? {}).length > 0) return READY;
  return waiting(`Secret "${nameOf(live)}" has no token yet`);
}
