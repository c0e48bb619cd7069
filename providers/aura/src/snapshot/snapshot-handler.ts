import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { LiveSnapshot } from "../api/aura-objects.ts";
import { limitOf } from "../api/deadline.ts";
import { CallFailure } from "../protocol/failures.ts";
import { hasUnknown, type Properties, UNKNOWN } from "../protocol/property-values.ts";
import type { Call, PropertyChange, ResourceHandler } from "../protocol/resource-handler.ts";
import { type Session, toFailure } from "../session.ts";
import { takeSnapshot } from "./take-snapshot.ts";

const MINUTE_MS = 60_000;
/** As long as other clients of the API wait for a data snapshot. */
const TIME_LIMIT_MS = 5 * MINUTE_MS;

const snapshotSchema = z.strictObject({
  instanceId: z.string().min(1, "is empty"),
  triggers: z.record(z.string(), z.string()).optional(),
});

/** `aura:index:Snapshot`. */
export function snapshotHandler(session: Session): ResourceHandler {
  return {
    secretOutputs: [],
    stableOutputs: [],
    check: async (_call, { news }) => ({ defaults: {}, problems: problemsOf(news) }),
    diff: async (_call, states) => diff(states),
    create: (call, inputs) => create(session, call, inputs),
    read: (call, recorded) => read(session, call, recorded),
    // Every input means another data snapshot: there is nothing to update.
    update: async (_call, { olds, news }) => ({ ...olds, ...news }),
    // The API has no call to delete one: Aura does it when its time has come.
    delete: async () => undefined,
  };
}

function problemsOf(news: Properties) {
  const { error } = snapshotSchema.safeParse(news);
  return (error?.issues ?? [])
    .map(({ path, message }) => ({ property: path.join("."), reason: message }))
    .filter(({ property }) => !hasUnknown(news[property.split(".")[0] ?? ""]));
}

function diff({ olds, oldInputs, news }: { olds: Properties; oldInputs: Properties; news: Properties }) {
  const changes = new Map<string, PropertyChange>();
  for (const property of ["instanceId", "triggers"]) {
    const recorded = olds[property] ?? oldInputs[property];
    const wanted = news[property];
    if (isDeepStrictEqual(wanted, recorded)) continue;
    const kind = recorded === undefined ? "add" : wanted === undefined ? "delete" : "update";
    changes.set(property, { kind, replaces: true });
  }
  return changes;
}

async function create(session: Session, call: Call, inputs: Properties) {
  const outputs = { ...inputs, snapshotId: UNKNOWN, status: UNKNOWN, profile: UNKNOWN, timestamp: UNKNOWN };
  if (call.preview) return { id: "", outputs };
  const { instanceId } = snapshotSchema.parse(inputs);
  const { api, configuration } = session;
  const limit = limitOf(call.timeout ?? TIME_LIMIT_MS, call.signal);
  try {
    const snapshot = await takeSnapshot(instanceId, { api, poll: configuration.poll, limit });
    return { id: `${instanceId}/${snapshot.snapshot_id}`, outputs: { ...inputs, ...toOutputs(snapshot) } };
  } catch (error) {
    throw toFailure(`take a data snapshot of the instance ${instanceId}`, error);
  }
}

async function read(session: Session, call: Call, { id, inputs }: { id: string; inputs: Properties }) {
  const [instanceId, snapshotId] = id.split("/");
  if (instanceId === undefined || snapshotId === undefined) {
    throw new CallFailure(`the id ${id} is not one of a data snapshot: INSTANCE/SNAPSHOT`);
  }
  const limit = limitOf(call.timeout ?? MINUTE_MS, call.signal);
  try {
    const snapshot = await session.api.findSnapshot(instanceId, snapshotId, limit);
    if (snapshot === undefined) return undefined;
    const found = { ...inputs, instanceId };
    return { inputs: found, outputs: { ...found, ...toOutputs(snapshot) } };
  } catch (error) {
    throw toFailure(`read the data snapshot ${id}`, error);
  }
}

function toOutputs({ snapshot_id, status, profile, timestamp }: LiveSnapshot): Properties {
  return { snapshotId: snapshot_id, status, profile, timestamp };
}
