import { ProviderError } from "../../errors.ts";
import { textAt } from "../plain-values.ts";
import { type DeleteRequest, PartialFailure } from "../provider.ts";
import { DELETION_PROPAGATION } from "./annotations.ts";
import { isPatchType } from "./api-kind.ts";
import { awaitGone, NotReadyError } from "./await-ready.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { type KubeApi, type PropagationPolicy, referenceOf } from "./kube-api.ts";
import { hasReason, isNotFound, UnknownKindError } from "./kube-error.ts";
import { annotationOf, type KubeObject } from "./object.ts";
import type { Session } from "./session.ts";
import { releaseFields } from "./update-object.ts";

/** Deletes an object and waits until it is gone; a patch gives its fields up. What is gone already is no error. */
export async function deleteApplied(session: Session, api: KubeApi, request: DeleteRequest): Promise<void> {
  const { inputs, live, fieldManager } = readCheckpoint(request.oldOutputs);
  try {
    if (isPatchType(request.type, textAt(live, "kind"))) return await releasePatch(api, live, fieldManager);
    await api.delete(referenceOf(live), deletionPolicy(inputs));
    await awaitGone(session, api, { urn: request.urn, timeout: request.timeout, inputs, object: live });
  } catch (error) {
    if (isNotFound(error) || error instanceof UnknownKindError) return;
    if (!(error instanceof NotReadyError)) throw error;
    throw new PartialFailure(error.message, {
      id: request.id,
      outputs: request.oldOutputs,
      inputs: undefined,
      reasons: [error.message, ...error.reasons],
    });
  }
}

function deletionPolicy(inputs: KubeObject): PropagationPolicy {
  switch (annotationOf(inputs, DELETION_PROPAGATION).toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}

async function releasePatch(api: KubeApi, live: KubeObject, fieldManager: string): Promise<void> {
  try {
    await releaseFields(api, live, fieldManager);
  } catch (error) {
    if (!hasReason(error, "Invalid") || !error.message.includes("Required value")) throw error;
    throw new ProviderError(
      "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
        "`retainOnDelete` resource option, or transfer ownership of the field before deleting: " +
        error.fields.join(", "),
      { status: "ok", cause: error },
    );
  }
}
