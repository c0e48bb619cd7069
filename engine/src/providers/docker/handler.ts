import { containsUnknowns, type PropertyMap } from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import {
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type FindInterruptedRequest,
  type InterruptedCreate,
  PartialFailure,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
  type UpdateResult,
} from "../provider.ts";
import { checkInputs } from "./check.ts";
import { listed } from "./daemon-error.ts";
import { diffResource } from "./diff.ts";
import { importedInputs, refreshedInputs } from "./inputs.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { plannedOutputs, recordedOutputs, settledValues, settleFlags, updatedValues } from "./state.ts";
import { unwrapMap } from "./values.ts";

/** Answers the engine for one type of resource. Checks, differences and previews need no daemon. */
export interface ResourceHandler {
  readonly type: string;
  /** Relative paths of inputs start from `directory`. */
  check(request: CheckRequest, directory: string): Promise<CheckResult>;
  diff(request: DiffRequest): DiffResult;
  previewCreate(request: CreateRequest): PropertyMap;
  previewUpdate(request: UpdateRequest): PropertyMap;
  create(context: CallContext, request: CreateRequest): Promise<CreateResult>;
  update(context: CallContext, request: UpdateRequest): Promise<UpdateResult>;
  delete(context: CallContext, request: DeleteRequest): Promise<void>;
  read(context: CallContext, request: ReadRequest): Promise<ReadResult | undefined>;
  findInterrupted(context: CallContext, request: FindInterruptedRequest): Promise<InterruptedCreate>;
}

/** The handler of a resource that the official plugin bridges from Terraform: same state, same differences. */
export function bridgedHandler(kind: ResourceKind): ResourceHandler {
  const { schema } = kind;
  return {
    type: schema.type,
    check: async (request) => checkInputs(schema, request),
    diff: (request) => diffResource(schema, request),
    previewCreate: (request) => plannedOutputs(schema, unwrapMap(request.inputs)),
    previewUpdate: (request) => previewedUpdate(kind, request),
    create: (context, request) => create(kind, context, request),
    update: (context, request) => update(kind, context, request),
    delete: (context, request) => kind.remove(context, request.id, unwrapMap(request.oldOutputs)),
    read: (context, request) => read(kind, context, request),
    findInterrupted: (context, request) => findInterrupted(kind, context, request),
  };
}

async function create(
  kind: ResourceKind,
  context: CallContext,
  request: CreateRequest,
): Promise<CreateResult> {
  const inputs = unwrapMap(request.inputs);
  const record = (made: LiveObject): CreateResult =>
    recordNew(kind, made, { inputs, timeout: request.timeout });
  try {
    return record(await kind.create(context, inputs));
  } catch (error) {
    throw error instanceof UnfinishedObject
      ? partialFailure(`creating ${request.urn}`, error, record(error.object))
      : error;
  }
}

function recordNew(
  kind: ResourceKind,
  { id, values }: LiveObject,
  { inputs, timeout }: { readonly inputs: PropertyMap; readonly timeout: number },
): CreateResult {
  const settled = settledValues(kind.schema, { declared: inputs, live: values, isNew: true });
  const how = { timeouts: { create: timeout }, previous: {}, updated: false };
  return { id, outputs: recordedOutputs(kind.schema, { id, values: settled }, how) };
}

async function findInterrupted(
  kind: ResourceKind,
  context: CallContext,
  request: FindInterruptedRequest,
): Promise<InterruptedCreate> {
  const inputs = unwrapMap(request.inputs);
  const made = await kind.findInterrupted(context, inputs, request.preview);
  if (made === "absent" || made === "unknown") return { kind: made };
  return { kind: "found", ...recordNew(kind, made, { inputs, timeout: 0 }) };
}

async function update(
  kind: ResourceKind,
  context: CallContext,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const recorded = unwrapMap(request.oldOutputs);
  const inputs = unwrapMap(request.newInputs);
  const record = (values: PropertyMap): UpdateResult => ({ outputs: updatedOutputs(kind, request, values) });
  try {
    return record(await kind.update(context, { id: request.id, recorded, inputs }));
  } catch (error) {
    if (!(error instanceof UnfinishedObject)) throw error;
    const { outputs } = record(error.object.values);
    throw partialFailure(`updating ${request.urn}`, error, { id: request.id, outputs });
  }
}

function updatedOutputs(kind: ResourceKind, request: UpdateRequest, live: PropertyMap): PropertyMap {
  const { schema } = kind;
  const previous = unwrapMap(request.oldOutputs);
  const planned = updatedValues(schema, previous, unwrapMap(request.newInputs));
  const values = { ...settleFlags(schema.fields, planned), ...live };
  const timeouts = { update: request.timeout };
  return recordedOutputs(schema, { id: request.id, values }, { timeouts, previous, updated: true });
}

function previewedUpdate(kind: ResourceKind, request: UpdateRequest): PropertyMap {
  const inputs = unwrapMap(request.newInputs);
  if (!containsUnknowns(inputs)) return updatedOutputs(kind, request, {});
  return { id: request.id, ...updatedValues(kind.schema, unwrapMap(request.oldOutputs), inputs) };
}

async function read(
  kind: ResourceKind,
  context: CallContext,
  request: ReadRequest,
): Promise<ReadResult | undefined> {
  const { schema } = kind;
  const previous = unwrapMap(request.state);
  const isImport = Object.keys(previous).length === 0;
  const live = await kind.read(context, request.id, previous);
  if (live === undefined) return undefined;
  const values = settledValues(schema, { declared: previous, live: live.values, isNew: false });
  const outputs = recordedOutputs(
    schema,
    { id: live.id, values },
    { timeouts: {}, previous, updated: false },
  );
  const meta = previous["__meta"];
  return {
    id: live.id,
    inputs: isImport
      ? importedInputs(schema.fields, values)
      : refreshedInputs(schema.fields, unwrapMap(request.inputs), values),
    outputs: meta === undefined ? outputs : { ...outputs, __meta: meta },
  };
}

function partialFailure(doing: string, error: UnfinishedObject, object: CreateResult): PartialFailure {
  const reason = `${doing}: ${listed(error.message)}`;
  return new PartialFailure(reason, { ...object, inputs: undefined, reasons: [reason] });
}
