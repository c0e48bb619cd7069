import { UserError } from "../errors.ts";
import { type ImportStep, type StepOutcome, success } from "../plan/step.ts";
import { isRootStack, packageOfProviderType, parseProviderReference, parseUrn } from "../plan/urn.ts";
import { type PropertyMap, Secret } from "../protocol/property-value.ts";
import { PartialFailure, type Provider, type ReadResult } from "../providers/provider.ts";
import type { OwnedViews } from "../providers/views.ts";
import { type ResourceState, resourceState } from "../state/resource.ts";
import { type ApplyContext, failure, identity, providerOf } from "./apply-context.ts";
import { reportCheckFailures } from "./check-failures.ts";

/** Takes an object that exists already under management. */
export async function applyImport(step: ImportStep, context: ApplyContext): Promise<StepOutcome> {
  const wanted = step.new.state;
  const refusal = step.command === undefined ? undefined : refuse(wanted, context);
  if (refusal !== undefined) return failure(refusal, "ok");
  const now = context.now();
  if (!wanted.custom) {
    step.new.state = { ...wanted, created: now, modified: now };
    return { ...success, imported: importedFrom(step.new.state) };
  }
  const provider = providerOf(wanted, context.registry);
  const read = await liveState(step, provider, context);
  if (read instanceof Error) return failure(read, read instanceof UserError ? "ok" : undefined);
  const state: ResourceState = { ...wanted, ...read, created: now, modified: now };
  const imported = importedFrom(state);
  step.new.state = await importedState(step, state, { provider, context });
  if (step.original !== undefined) step.original.state = { ...step.original.state, delete: true };
  return { ...success, imported };
}

function refuse(wanted: ResourceState, context: ApplyContext): Error | undefined {
  if (context.exists(wanted.urn).recorded) return new Error(`resource '${wanted.urn}' already exists`);
  const { parent } = wanted;
  if (parent === "" || isRootStack(parent) || context.exists(parent).current) return undefined;
  return new Error(`unknown parent '${parent}' for resource '${wanted.urn}'`);
}

/** The object as it is: asked for, unless the import says what it is. */
async function liveState(
  step: ImportStep,
  provider: Provider | undefined,
  { views }: ApplyContext,
): Promise<Imported | Error> {
  const wanted = step.new.state;
  const told = views.during(step);
  if (step.command === undefined) return readImported(wanted, provider, told);
  const { importID: id, inputs, outputs } = wanted;
  if (Object.keys(outputs).length > 0)
    return { id, inputs, outputs, initErrors: [], refreshBeforeUpdate: false };
  const read = await readImported(wanted, provider, told);
  return read instanceof Error ? read : { ...read, inputs: withSupplied(read.inputs, inputs) };
}

/** What the provider cannot tell is as the import says; what that says is secret stays so. */
function withSupplied(read: PropertyMap, supplied: PropertyMap): PropertyMap {
  const better = Object.entries(supplied).flatMap(([key, value]) => {
    const there = Object.hasOwn(read, key) ? (read[key] ?? null) : null;
    if (there === null) return [[key, value] as const];
    return value instanceof Secret && !(there instanceof Secret) ? [[key, new Secret(there)] as const] : [];
  });
  return Object.fromEntries([...Object.entries(read), ...better]);
}

type Imported = Pick<ResourceState, "id" | "inputs" | "outputs" | "initErrors" | "refreshBeforeUpdate">;

async function readImported(
  wanted: ResourceState,
  provider: Provider | undefined,
  views: OwnedViews,
): Promise<Imported | Error> {
  const read = await tryRead(wanted, provider, views);
  if (read instanceof Error) return read;
  if (read.live === undefined) {
    return new UserError("import-not-found", `resource '${wanted.id || wanted.importID}' does not exist`);
  }
  const { id, inputs, outputs, refreshBeforeUpdate = false } = read.live;
  if (inputs === undefined) {
    const type = parseUrn(parseProviderReference(wanted.provider).urn)?.type ?? "";
    const pkg = packageOfProviderType(type);
    const message = `provider does not support importing resources; please try updating the '${pkg}' plugin`;
    return new UserError("import-not-supported", message);
  }
  const { initErrors } = read;
  return { id: id || wanted.importID, inputs, outputs, initErrors, refreshBeforeUpdate };
}

/** A preview whose provider is not configured yet takes the object to be there, and knows nothing of it. */
async function tryRead(
  wanted: ResourceState,
  provider: Provider | undefined,
  views: OwnedViews,
): Promise<{ live: ReadResult | undefined; initErrors: readonly string[] } | Error> {
  if (provider === undefined) return { live: { id: "", inputs: {}, outputs: {} }, initErrors: [] };
  const request = { ...identity(wanted), id: wanted.importID, inputs: {}, state: {}, views, importing: true };
  try {
    const live = await provider.read({ ...request, timeout: wanted.customTimeouts.read ?? 0 });
    return { live, initErrors: [] };
  } catch (error) {
    if (!(error instanceof PartialFailure)) return error instanceof Error ? error : new Error(String(error));
    return { live: error, initErrors: error.reasons };
  }
}

/** What displays show as the old side of an import: the object as the provider gave it. */
function importedFrom(state: ResourceState): ResourceState {
  return resourceState({
    ...state,
    additionalSecretOutputs: [],
    aliases: [],
    created: "",
    modified: "",
    resourceHooks: {},
  });
}

async function importedState(
  step: ImportStep,
  state: ResourceState,
  { provider, context }: { provider: Provider | undefined; context: ApplyContext },
): Promise<ResourceState> {
  if (step.command === undefined) return state;
  const { properties, randomSeed } = step.command;
  const inputs = properties.length === 0 ? state.inputs : pick(state.inputs, properties);
  const checked = await provider?.check({
    ...{ ...identity(state), olds: state.inputs, news: inputs, randomSeed, autonaming: undefined },
    preview: context.preview,
  });
  const failures = checked?.failures ?? [];
  if (failures.length > 0) {
    context.reporter.warning(state.urn, importWarning(state, properties));
    reportCheckFailures(state, failures, (urn, text) => context.reporter.warning(urn, text));
  }
  return { ...state, inputs, importID: "" };
}

function pick(inputs: PropertyMap, properties: readonly string[]): PropertyMap {
  const wanted = new Set(properties);
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => wanted.has(key)));
}

function importWarning(state: ResourceState, properties: readonly string[]): string {
  const type = parseUrn(parseProviderReference(state.provider).urn)?.type ?? "";
  const advice =
    properties.length === 0
      ? `This is almost certainly a bug in the \`${packageOfProviderType(type)}\` provider.`
      : "Try specifying a different set of properties to import with in the future.";
  return (
    `One or more imported inputs failed to validate. ${advice} ` +
    "The import will still proceed, but you will need to edit the generated code after copying it into your program."
  );
}
