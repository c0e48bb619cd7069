import { containsSecrets } from "../../plan/secrets.ts";
import { textAt } from "../plain-values.ts";
import type {
  CreateRequest,
  CreateResult,
  DeleteRequest,
  ReadRequest,
  ReadResult,
  UpdateRequest,
  UpdateResult,
} from "../provider.ts";
import { chooseFieldManager, readCheckpoint, toOutputs } from "./checkpoint.ts";
import { normalizeInputs } from "./normalize.ts";
import { idOf, type KubeObject, toObject } from "./object.ts";
import { type RenderFolder, removeRendered, renderedPath, renderObject } from "./render.ts";
import { type Session, showStatus } from "./session.ts";

/** Writes a new object's file. */
export async function createRendered(
  session: Session,
  folder: RenderFolder,
  request: CreateRequest,
): Promise<CreateResult> {
  const object = toObject(request.inputs);
  warnOfSecrets(session, folder, {
    request: { urn: request.urn, inputs: request.inputs },
    object,
    ephemeral: false,
  });
  await renderObject(object, folder);
  showStatus(session, request.urn, `rendered ${renderedPath(object, folder)}`);
  const fieldManager = chooseFieldManager(object, { recorded: "" }, session.drawSuffix);
  const checkpoint = {
    inputs: object,
    live: object,
    initialApiVersion: textAt(object, "apiVersion"),
    fieldManager,
  };
  return { id: idOf(object), outputs: toOutputs(checkpoint, request.inputs) };
}

/** Writes a changed object's file. */
export async function updateRendered(
  session: Session,
  folder: RenderFolder,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const object = normalizeInputs(toObject(request.newInputs));
  const old = readCheckpoint(request.oldOutputs);
  warnOfSecrets(session, folder, {
    request: { urn: request.urn, inputs: request.newInputs },
    object,
    ephemeral: true,
  });
  await renderObject(object, folder);
  showStatus(session, request.urn, `rendered ${renderedPath(object, folder)}`);
  const fieldManager = chooseFieldManager(object, { recorded: old.fieldManager }, session.drawSuffix);
  const initialApiVersion = old.initialApiVersion || textAt(old.inputs, "apiVersion");
  const checkpoint = { inputs: object, live: object, initialApiVersion, fieldManager };
  return { outputs: toOutputs(checkpoint, request.newInputs) };
}

/** Nothing but the state knows what was rendered: what is recorded is there. */
export function readRendered(request: ReadRequest): ReadResult {
  return { id: request.id, inputs: request.inputs, outputs: request.state };
}

/** Removes an object's file. */
export async function deleteRendered(
  session: Session,
  folder: RenderFolder,
  request: DeleteRequest,
): Promise<void> {
  const { live } = readCheckpoint(request.oldOutputs);
  await removeRendered(live, folder);
  showStatus(session, request.urn, `deleted ${renderedPath(live, folder)}`);
}

interface Rendering {
  readonly request: Pick<CreateRequest, "urn" | "inputs">;
  readonly object: KubeObject;
  readonly ephemeral: boolean;
}

function warnOfSecrets(session: Session, folder: RenderFolder, rendering: Rendering): void {
  const { request, object, ephemeral } = rendering;
  if (!containsSecrets(request.inputs)) return;
  const message = `rendered file ${renderedPath(object, folder)} contains a secret value in plaintext`;
  session.log({ severity: "warning", urn: request.urn, message, ephemeral });
}
