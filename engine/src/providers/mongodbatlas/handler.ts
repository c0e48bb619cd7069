import { annotateSecrets } from "../../plan/secrets.ts";
import {
  computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { type LiveObject, UnfinishedObject } from "../live-object.ts";
import { sameValue, unwrapMap } from "../plain-values.ts";
import {
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type FindInterruptedRequest,
  type InterruptedCreate,
  PartialFailure,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
  type UpdateResult,
} from "../provider.ts";
import { markSecretFields } from "./check.ts";
import { createOnce, isWhatWasAskedFor } from "./create-once.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { withDefaults } from "./legacy-inputs.ts";
import { planCreate, planUpdate } from "./plan.ts";
import type { Field, Fields, ResourceSchema } from "./schema.ts";

const META = "__meta";

/** Terraform's own key of the limits of operations, which it has in nanoseconds. */
const LIMITS = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

function metaOf({ version, limits }: ResourceSchema): PropertyMap {
  if (version !== 0) return { [META]: JSON.stringify({ schema_version: String(version) }) };
  if (limits === undefined) return {};
  const nanoseconds = Object.entries(limits).map(([name, seconds]) => [name, seconds * 1e9]);
  return { [META]: JSON.stringify({ [LIMITS]: Object.fromEntries(nanoseconds) }) };
}

/** Outputs as they are recorded; `marked` says what is secret beside the secret fields. */
function toOutputs(schema: ResourceSchema, { id, values }: LiveObject, marked: PropertyMap): PropertyMap {
  const recorded = annotateSecrets(markSecretFields(schema.fields, values), marked);
  return {
    ...metaOf(schema),
    ...(schema.outputsId ? { id } : {}),
    ...recorded,
  };
}

/** What a preview of a creation says. */
export function previewCreate({ schema }: ResourceKind, request: CreateRequest): PropertyMap {
  const planned = planCreate(schema.fields, unwrapMap(request.inputs));
  const outputs = annotateSecrets(markSecretFields(schema.fields, planned), request.inputs);
  return schema.outputsId ? { id: computed, ...outputs } : outputs;
}

/** What a preview of a change says: what Atlas decides stays as it is. */
export function previewUpdate({ schema }: ResourceKind, request: UpdateRequest): PropertyMap {
  const recorded = unwrapMap(request.oldOutputs);
  const values = planUpdate(schema.fields, unwrapMap(request.newInputs), recorded);
  return toOutputs(schema, { id: request.id, values }, request.newInputs);
}

export async function create(
  kind: ResourceKind,
  context: CallContext,
  request: CreateRequest,
): Promise<CreateResult> {
  const inputs = unwrapMap(request.inputs);
  const planned = planCreate(kind.schema.fields, inputs);
  const live = await recordingUnfinished(kind, request.inputs, () =>
    createOnce(kind, context, { planned, inputs }),
  );
  return { id: live.id, outputs: toOutputs(kind.schema, live, request.inputs) };
}

/** What became of a create that nobody heard of again. What is there under its keys must be what was asked for. */
export async function findInterrupted(
  kind: ResourceKind,
  context: CallContext,
  request: FindInterruptedRequest,
): Promise<InterruptedCreate> {
  const { schema, resumption } = kind;
  if (resumption === undefined) return { kind: "absent" };
  const inputs = unwrapMap(request.inputs);
  const planned = planCreate(schema.fields, inputs);
  const made = await resumption.find(context, planned);
  if (made === undefined) return { kind: "absent" };
  if (!isWhatWasAskedFor(kind, made, inputs)) return { kind: "unknown" };
  const change = { id: made.id, recorded: made.values, planned, inputs };
  const live = request.preview ? made : await resumption.finish(context, change);
  return { kind: "found", id: live.id, outputs: toOutputs(schema, live, request.inputs) };
}

export async function update(
  kind: ResourceKind,
  context: CallContext,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const recorded = unwrapMap(request.oldOutputs);
  const inputs = unwrapMap(request.newInputs);
  const planned = planUpdate(kind.schema.fields, inputs, recorded);
  const change = { id: request.id, recorded, planned, inputs };
  const live = await recordingUnfinished(kind, request.newInputs, () => kind.update(context, change));
  return { outputs: toOutputs(kind.schema, live, request.newInputs) };
}

async function recordingUnfinished(
  { schema }: ResourceKind,
  marked: PropertyMap,
  run: () => Promise<LiveObject>,
): Promise<LiveObject> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UnfinishedObject)) throw error;
    const { message, object } = error;
    const outputs = toOutputs(schema, object, marked);
    throw new PartialFailure(message, { id: object.id, outputs, inputs: undefined, reasons: [message] });
  }
}

export async function read(
  kind: ResourceKind,
  context: CallContext,
  request: ReadRequest,
): Promise<ReadResult | undefined> {
  const { schema } = kind;
  const recorded = unwrapMap(request.state);
  const live = await kind.read(context, request.id, recorded);
  if (live === undefined) return undefined;
  const isImport = Object.keys(request.inputs).length === 0;
  const inputs = isImport ? importedInputs(schema, live.values) : refreshedInputs(schema, request, live);
  return {
    id: live.id,
    inputs: annotateSecrets(markSecretFields(schema.fields, inputs), request.inputs),
    outputs: toOutputs(schema, live, request.state),
  };
}

/** What a program would say to get an object that is taken over: all that Atlas does not decide alone. */
function importedInputs({ fields, legacy }: ResourceSchema, values: PropertyMap): PropertyMap {
  const inputs = Object.fromEntries(
    Object.entries(values)
      .filter(([name, value]) => {
        const field = fields[name];
        return field !== undefined && !field.output && !isEmpty(value);
      })
      .map(([name, value]): [string, PropertyValue] => [name, declarable(fields[name], value)]),
  );
  return legacy ? withDefaults(fields, inputs, inputs) : inputs;
}

/** What a program may say of a value: all but what Atlas alone decides about. */
function declarable(field: Field | undefined, value: PropertyValue): PropertyValue {
  if (field?.kind === "object" && isPropertyMap(value)) return declarables(field.fields, value);
  if (field?.kind !== "objects" || !isPropertyArray(value)) return value;
  return value.map((item) => (isPropertyMap(item) ? declarables(field.fields, item) : item));
}

function declarables(fields: Fields, values: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !fields[name]?.output)
      .map(([name, value]) => [name, declarable(fields[name], value)]),
  );
}

function isEmpty(value: PropertyValue): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

/** The program's inputs with what has changed in Atlas since. */
function refreshedInputs({ fields }: ResourceSchema, request: ReadRequest, live: LiveObject): PropertyMap {
  const before = unwrapMap(request.state);
  return Object.fromEntries(
    Object.entries(unwrapMap(request.inputs)).flatMap(([name, value]): [string, PropertyValue][] => {
      const [old, now] = [before[name], live.values[name]];
      if (fields[name] === undefined || sameValue(old ?? null, now ?? null)) return [[name, value]];
      return now === undefined ? [] : [[name, declarable(fields[name], now)]];
    }),
  );
}

export async function remove(
  kind: ResourceKind,
  context: CallContext,
  request: DeleteRequest,
): Promise<void> {
  await kind.remove(context, request.id, unwrapMap(request.oldOutputs));
}
