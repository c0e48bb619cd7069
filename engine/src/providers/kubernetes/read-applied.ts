import { textAt } from "../plain-values.ts";
import { PartialFailure, type ReadRequest, type ReadResult } from "../provider.ts";
import { type ApiKind, kindOfObject, kindOfType } from "./api-kind.ts";
import { findUnreadiness } from "./await-ready.ts";
import { chooseFieldManager, readCheckpoint, toOutputs } from "./checkpoint.ts";
import type { KubeApi } from "./kube-api.ts";
import { isNotFound, UnknownKindError } from "./kube-error.ts";
import { normalizeInputs } from "./normalize.ts";
import { type KubeObject, toObject, withoutMetadata } from "./object.ts";
import { seenAs } from "./prune.ts";
import { markSecrets } from "./secrets.ts";
import type { Session } from "./session.ts";

/** The live object; undefined where it, or its whole kind, is gone. */
export async function readApplied(
  session: Session,
  api: KubeApi,
  request: ReadRequest,
): Promise<ReadResult | undefined> {
  const recorded = readCheckpoint(request.state);
  const inputs = normalizeInputs(toObject(request.inputs));
  const kind = findKind([inputs, recorded.live]);
  const live = await findLive(api, { ...splitId(request.id), kind: kind ?? kindOfType(request.type) });
  if (live === undefined) return undefined;
  const found = kind === undefined ? asInputs(live) : seenAs(live, inputs, recorded.live);
  const outputs = toOutputs(
    {
      inputs: found,
      live,
      initialApiVersion: recorded.initialApiVersion || textAt(live, "apiVersion"),
      fieldManager: chooseFieldManager(inputs, { recorded: recorded.fieldManager }, session.drawSuffix),
    },
    request.inputs,
  );
  const result = { id: request.id, inputs: markSecrets(found, request.inputs), outputs };
  const unready = kind === undefined ? undefined : await findUnreadiness(api, { inputs, live });
  if (unready === undefined) return result;
  throw new PartialFailure(unready.message, { ...result, reasons: [unready.message, ...unready.reasons] });
}

function findKind(objects: readonly KubeObject[]): ApiKind | undefined {
  const known = objects.find((object) => textAt(object, "kind") !== "");
  return known === undefined ? undefined : kindOfObject(known);
}

function splitId(id: string): { namespace: string; name: string } {
  const slash = id.indexOf("/");
  return { namespace: id.slice(0, Math.max(slash, 0)), name: id.slice(slash + 1) };
}

async function findLive(
  api: KubeApi,
  reference: { kind: ApiKind; namespace: string; name: string },
): Promise<KubeObject | undefined> {
  try {
    return await api.get(reference);
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKindError) return undefined;
    throw error;
  }
}

const SERVER_ANNOTATIONS = [
  "deployment.kubernetes.io/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
];

/** What a program would have written to get an object that is taken over. */
function asInputs(live: KubeObject): KubeObject {
  const { status: _, ...rest } = normalizeInputs(live);
  const annotations = Object.entries(
    (toObject(rest)["metadata"] as KubeObject | undefined)?.["annotations"] ?? {},
  ).filter(([name]) => !SERVER_ANNOTATIONS.includes(name));
  const bare = withoutMetadata(rest, ["annotations"]);
  if (annotations.length === 0) return bare;
  return {
    ...bare,
    metadata: { ...(bare["metadata"] as KubeObject), annotations: Object.fromEntries(annotations) },
  };
}
