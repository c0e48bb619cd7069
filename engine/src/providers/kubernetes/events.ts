import { findMapAt, textAt } from "../plain-values.ts";
import type { KubeApi } from "./kube-api.ts";
import { KubeError } from "./kube-error.ts";
import { type KubeObject, metadataOf } from "./object.ts";

export interface EventQuestion {
  readonly namespace: string;
  /** Ids of the objects that the events are about. */
  readonly uids: readonly string[];
  /** Leaves out what merely tells of progress. */
  readonly onlyWarnings: boolean;
}

const EVENT = { group: "", version: "v1", kind: "Event" };

/** The newest event of each reason, as `[reason] message`, by the id of the object that it is about. */
export async function findEvents(
  api: KubeApi,
  { namespace, uids, onlyWarnings }: EventQuestion,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (uids.length === 0) return new Map();
  const about = uids.length === 1 ? [`involvedObject.uid=${uids[0]}`] : [];
  const fields = [...(onlyWarnings ? ["type=Warning"] : []), ...about].join(",");
  const events = await listEvents(api, namespace, fields);
  const texts = new Map<string, Map<string, string>>();
  for (const event of [...events].sort((left, right) => timeOf(left).localeCompare(timeOf(right)))) {
    const uid = textAt(findMapAt(event, "involvedObject") ?? {}, "uid");
    if (!uids.includes(uid)) continue;
    const reason = textAt(event, "reason");
    const known = texts.get(uid) ?? new Map<string, string>();
    texts.set(uid, known.set(reason, `[${reason}] ${textAt(event, "message")}`));
  }
  return new Map([...texts].map(([uid, byReason]) => [uid, [...byReason.values()]]));
}

async function listEvents(api: KubeApi, namespace: string, fields: string): Promise<readonly KubeObject[]> {
  try {
    return await api.list({ kind: EVENT, namespace }, { fields });
  } catch (error) {
    // Without the right to see events the objects' own status must do.
    if (error instanceof KubeError) return [];
    throw error;
  }
}

function timeOf(event: KubeObject): string {
  return (
    textAt(event, "lastTimestamp") ||
    textAt(event, "eventTime") ||
    textAt(metadataOf(event), "creationTimestamp")
  );
}
