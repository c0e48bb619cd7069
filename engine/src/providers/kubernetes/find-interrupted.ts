import { textAt } from "../plain-values.ts";
import type { FindInterruptedRequest, InterruptedCreate } from "../provider.ts";
import { isPatchType } from "./api-kind.ts";
import { awaitReady, NotReadyError } from "./await-ready.ts";
import { chooseFieldManager, toOutputs } from "./checkpoint.ts";
import { findMade } from "./find-made.ts";
import type { KubeApi } from "./kube-api.ts";
import { idOf, type KubeObject, nameOf, toObject } from "./object.ts";
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
      const made = await findMade(target.api, inputs);
      switch (made.kind) {
        case "absent":
          return { kind: "absent" };
        case "other":
          return { kind: "unknown" };
        case "ours":
          return found(session, target.api, { request, inputs, live: made.live });
      }
    }
  }
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
