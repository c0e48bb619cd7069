import { ProviderError } from "../../errors.ts";
import { containsUnknowns, type PropertyMap } from "../../protocol/property-value.ts";
import { textAt } from "../plain-values.ts";
import {
  type CreateRequest,
  type CreateResult,
  PartialFailure,
  type UpdateRequest,
  type UpdateResult,
} from "../provider.ts";
import { isCustomDefinition, isPatchType, kindOfObject } from "./api-kind.ts";
import { awaitReady, NotReadyError } from "./await-ready.ts";
import { chooseFieldManager, readCheckpoint, toOutputs } from "./checkpoint.ts";
import { createObject, isExpectedInPreview } from "./create-object.ts";
import type { KubeApi } from "./kube-api.ts";
import { KubeError, UnknownKindError } from "./kube-error.ts";
import { normalizeInputs } from "./normalize.ts";
import { idOf, type KubeObject, toObject } from "./object.ts";
import type { Session } from "./session.ts";
import { releaseFields, updateObject } from "./update-object.ts";

/** Creates an object and waits until it works; a preview asks the server what it would make of it. */
export async function createApplied(
  session: Session,
  api: KubeApi,
  request: CreateRequest,
): Promise<CreateResult> {
  const inputs = toObject(request.inputs);
  const unchanged = { id: "", outputs: request.inputs };
  const isPatch = isPatchType(request.type, textAt(inputs, "kind"));
  if (request.preview && (isPatch || !(await isPreviewable(api, inputs)))) return unchanged;
  const fieldManager = chooseFieldManager(inputs, { recorded: "" }, session.drawSuffix);
  const initialApiVersion = textAt(inputs, "apiVersion");
  const record = (live: KubeObject) =>
    toOutputs({ inputs, live, initialApiVersion, fieldManager }, request.inputs);
  const creation = { urn: request.urn, inputs, fieldManager, isPatch, preview: request.preview };
  let created: KubeObject;
  try {
    created = await createObject(session, api, creation);
  } catch (error) {
    if (request.preview && isExpectedInPreview(error)) return unchanged;
    throw creationError(request, inputs, error);
  }
  if (request.preview) return { id: "", outputs: record(withoutStatus(created)) };
  const live = await settle({ session, api, request, inputs, created, isUpdate: false }, (seen, error) =>
    partialFailure(
      `resource "${request.urn}" was successfully created, but the Kubernetes API server reported that it failed ` +
        `to fully initialize or become live: ${error.message}`,
      { id: idOf(seen), outputs: record(seen), reasons: error.reasons },
    ),
  );
  if (isCustomDefinition(inputs)) api.forgetResources();
  return { id: idOf(live), outputs: record(live) };
}

/** Applies changed inputs on the server and waits until the object works again. */
export async function updateApplied(
  session: Session,
  api: KubeApi,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const inputs = normalizeInputs(toObject(request.newInputs));
  if (request.preview && !(await isPreviewable(api, inputs))) return { outputs: request.newInputs };
  const old = readCheckpoint(request.oldOutputs);
  const fieldManager = chooseFieldManager(inputs, { recorded: old.fieldManager }, session.drawSuffix);
  const initialApiVersion = old.initialApiVersion || textAt(old.inputs, "apiVersion");
  const record = (live: KubeObject) =>
    toOutputs({ inputs, live, initialApiVersion, fieldManager }, request.newInputs);
  const isPatch = isPatchType(request.type, textAt(inputs, "kind"));
  const { preview, ignoreChanges } = request;
  let updated: KubeObject;
  try {
    updated = await updateObject(session, api, {
      inputs,
      old,
      fieldManager,
      isPatch,
      preview,
      ignoreChanges,
    });
  } catch (error) {
    if (preview && error instanceof KubeError && error.code === 403) return { outputs: request.newInputs };
    throw updateError(request, error);
  }
  if (preview) return { outputs: record(updated) };
  const live = await settle(
    { session, api, request, inputs, created: updated, isUpdate: true },
    (seen, error) =>
      partialFailure(
        `the Kubernetes API server reported that ${JSON.stringify(idOf(seen))} failed to fully initialize or become ` +
          `live: ${error.message}`,
        { id: request.id, outputs: record(seen), reasons: error.reasons },
      ),
  );
  if (old.fieldManager !== "" && old.fieldManager !== fieldManager) {
    await releaseFields(api, live, old.fieldManager);
  }
  return { outputs: record(live) };
}

interface Settling {
  readonly session: Session;
  readonly api: KubeApi;
  readonly request: { readonly urn: string; readonly timeout: number };
  readonly inputs: KubeObject;
  readonly created: KubeObject;
  readonly isUpdate: boolean;
}

/** Waits until the object works; what does not in time is recorded and told as `toFailure` says. */
async function settle(
  { session, api, request, inputs, created, isUpdate }: Settling,
  toFailure: (seen: KubeObject, error: NotReadyError) => PartialFailure,
): Promise<KubeObject> {
  const { urn, timeout } = request;
  try {
    return await awaitReady(session, api, { urn, timeout, inputs, object: created, isUpdate });
  } catch (error) {
    if (error instanceof NotReadyError) throw toFailure(error.object, error);
    throw error;
  }
}

function partialFailure(
  message: string,
  object: { readonly id: string; readonly outputs: PropertyMap; readonly reasons: readonly string[] },
): PartialFailure {
  return new PartialFailure(message, { ...object, inputs: undefined, reasons: [message, ...object.reasons] });
}

/** Only what is wholly known, and of a kind that is there, can be tried. */
async function isPreviewable(api: KubeApi, inputs: KubeObject): Promise<boolean> {
  return !containsUnknowns(inputs) && (await api.findResource(kindOfObject(inputs))) !== undefined;
}

/** A status that nobody has written yet would look like one to programs. */
function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  return rest;
}

function creationError({ urn }: CreateRequest, inputs: KubeObject, error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { status } = error;
  if (error instanceof UnknownKindError) {
    const kind = `${textAt(inputs, "apiVersion")}/${textAt(inputs, "kind")}`;
    const message =
      `creation of resource "${urn}" with kind ${kind} failed because the Kubernetes API server reported that the ` +
      `apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`;
    return new ProviderError(message, { status, cause: error });
  }
  const message = `resource "${urn}" was not successfully created by the Kubernetes API server: ${error.message}`;
  return new ProviderError(message, { status, abandoned: error.abandoned, cause: error });
}

function updateError({ urn }: UpdateRequest, error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const { status } = error;
  const message =
    error instanceof UnknownKindError
      ? `update of resource "${urn}" failed because the Kubernetes API server reported that the apiVersion for this ` +
        `resource does not exist. Verify that any required CRDs have been created: ${error.message}`
      : `update of resource "${urn}" failed: ${error.message}`;
  return new ProviderError(message, { status, cause: error });
}
