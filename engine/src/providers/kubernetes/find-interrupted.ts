import { sameValue, textAt } from "../plain-values.ts";
import type { FindInterruptedRequest, InterruptedCreate } from "../provider.ts";
import { isPatchType } from "./api-kind.ts";
import { isAutonamed } from "./autoname.ts";
import { awaitReady, NotReadyError } from "./await-ready.ts";
import { chooseFieldManager, toOutputs } from "./checkpoint.ts";
import { CREATOR } from "./create-object.ts";
import { type KubeApi, referenceOf } from "./kube-api.ts";
import { isNotFound, UnknownKindError } from "./kube-error.ts";
import { managedFieldsOf } from "./managed-fields.ts";
import { idOf, type KubeObject, nameOf, toObject } from "./object.ts";
import { seenAs } from "./prune.ts";
import type { Session } from "./session.ts";

/** What became of a create that nobody heard of again. An object of the same name may be somebody else's. */
export async function findInterrupted(
  session: Session,
  request: FindInterruptedRequest,
): Promise<InterruptedCreate> {
  const { target } = session;
  const inputs = toObject(request.inputs);
  switch (target.kind) {
    // Both are done again without harm: a file is written over, a patch is applied.
    case "folder":
      return { kind: "absent" };
    case "unreachable":
      return { kind: "unknown" };
    case "cluster": {
      if (isPatchType(request.type, textAt(inputs, "kind")) || nameOf(inputs) === "")
        return { kind: "absent" };
      const live = await findLive(target.api, inputs);
      if (live === undefined) return { kind: "absent" };
      return isOurs(live, inputs)
        ? found(session, target.api, { request, inputs, live })
        : { kind: "unknown" };
    }
  }
}

async function findLive(api: KubeApi, inputs: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await api.get(referenceOf(inputs));
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKindError) return undefined;
    throw error;
  }
}

/** Made by us as it was asked for: under a name that nobody else would have, or by our creator. */
function isOurs(live: KubeObject, inputs: KubeObject): boolean {
  const isByUs = managedFieldsOf(live).some((entry) => textAt(entry, "manager") === CREATOR);
  return (isAutonamed(inputs) || isByUs) && sameValue(seenAs(live, inputs), inputs);
}

interface FoundObject {
  readonly request: FindInterruptedRequest;
  readonly inputs: KubeObject;
  readonly live: KubeObject;
}

async function found(
  session: Session,
  api: KubeApi,
  { request, inputs, live }: FoundObject,
): Promise<InterruptedCreate> {
  const { urn, preview } = request;
  const settled = preview ? live : await settle(session, api, { urn, inputs, object: live });
  const fieldManager = chooseFieldManager(inputs, { recorded: "" }, session.drawSuffix);
  const checkpoint = { inputs, live: settled, initialApiVersion: textAt(inputs, "apiVersion"), fieldManager };
  return { kind: "found", id: idOf(settled), outputs: toOutputs(checkpoint, request.inputs) };
}

/** What does not get ready is found all the same; a refresh tells what is wrong with it. */
async function settle(
  session: Session,
  api: KubeApi,
  object: { readonly urn: string; readonly inputs: KubeObject; readonly object: KubeObject },
): Promise<KubeObject> {
  try {
    return await awaitReady(session, api, { ...object, timeout: 0, isUpdate: false });
  } catch (error) {
    if (error instanceof NotReadyError) return error.object;
    throw error;
  }
}
