import { diffInputs, invertDiff, unchanged } from "../plan/diff-result.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import { annotateSecrets, secretOutputsOf } from "../plan/secrets.ts";
import {
  noStepDiff,
  type ReadReplacementStep,
  type ReadStep,
  type RefreshStep,
  type StepOutcome,
  success,
} from "../plan/step.ts";
import { isProviderType } from "../plan/urn.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import { type DiffResult, PartialFailure, type Provider, type ReadResult } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { type ApplyContext, failure, identity, providerOf } from "./apply-context.ts";

/** Reads an object that is not managed here. Runs in previews too, where its id is known. */
export async function applyRead(
  step: ReadStep | ReadReplacementStep,
  context: ApplyContext,
): Promise<StepOutcome> {
  const asked = step.new.state;
  const provider = providerOf(asked, context.registry);
  let outcome = success;
  let state = asked;
  if (provider !== undefined && asked.id !== UNKNOWN_VALUE) {
    try {
      const { inputs } = asked;
      const timeout = asked.customTimeouts.read ?? 0;
      const views = context.views.during(step);
      const call = { ...identity(asked), id: asked.id, inputs, state: inputs, timeout, views };
      const read = await provider.read(call);
      if (read === undefined) return failure(new Error(`resource '${asked.id}' does not exist`), "ok");
      state = { ...asked, outputs: read.outputs, id: read.id || asked.id };
    } catch (error) {
      if (!(error instanceof PartialFailure)) return failure(error);
      const { outputs, reasons: initErrors } = error;
      state = { ...asked, outputs, initErrors, id: error.id || asked.id };
      outcome = failure(error);
    }
  }
  const old = step.old?.state;
  step.new.state = old === undefined ? state : withTimes(state, old, context);
  if (step.op === "read-replacement") step.old.state = { ...step.old.state, delete: true };
  return outcome;
}

function withTimes(state: ResourceState, old: ResourceState, context: ApplyContext): ResourceState {
  const same = mapsEqual(state.inputs, old.inputs) && mapsEqual(state.outputs, old.outputs);
  return { ...state, created: old.created, modified: same ? old.modified : context.now() };
}

/** Reads a recorded object again. Components, providers and objects that wait for their replacement stay as they are. */
export async function applyRefresh(step: RefreshStep, context: ApplyContext): Promise<StepOutcome> {
  const old = step.old.state;
  const known = step.new.state;
  const provider = isReadable(old) ? providerOf(known, context.registry) : undefined;
  if (provider === undefined)
    return finishRefresh(step, { op: unreadOp(step), state: known, diff: noStepDiff });
  let read: LiveObject | undefined;
  try {
    read = await readLive(step, provider, context);
  } catch (error) {
    return failure(error);
  }
  if (read === undefined) return finishRefresh(step, { op: "delete", state: undefined, diff: noStepDiff });
  const state = withSecretsOf(context.interruptedUpdate(old.urn), { ...known, ...read });
  const moved = !mapsEqual(state.inputs, old.inputs) || !mapsEqual(state.outputs, old.outputs);
  const refreshed = moved ? { ...state, modified: context.now() } : state;
  const byOutputs = old.external || context.refreshesByOutputs;
  const diff = byOutputs ? undefined : await diffDrift(old, refreshed, provider);
  const op = (diff === undefined ? mapsEqual(old.outputs, state.outputs) : diff.changes === "none")
    ? "same"
    : "update";
  return finishRefresh(step, { op, state: refreshed, diff: diff ?? noStepDiff });
}

/** What waits for its replacement is told as changed where the program registers it, as with the official CLI. */
function unreadOp(step: RefreshStep): "same" | "update" {
  return step.new !== step.old && !step.internal && step.old.state.pendingReplacement ? "update" : "same";
}

/** What an update that was cut off was to make secret is secret in what it left. */
function withSecretsOf(update: ResourceState | undefined, state: ResourceState): ResourceState {
  if (update === undefined) return state;
  const { inputs } = update;
  return {
    ...state,
    inputs: annotateSecrets(state.inputs, inputs),
    outputs: annotateSecrets(state.outputs, inputs),
    additionalSecretOutputs: secretOutputsOf(state, update),
  };
}

function finishRefresh(step: RefreshStep, refreshed: NonNullable<StepOutcome["refreshed"]>): StepOutcome {
  if (refreshed.state !== undefined && step.new !== step.old) step.new.state = refreshed.state;
  return { ...success, refreshed };
}

function isReadable(state: ResourceState): boolean {
  return state.custom && !isProviderType(state.type) && !state.pendingReplacement;
}

type LiveObject = Pick<ResourceState, "id" | "inputs" | "outputs" | "initErrors" | "refreshBeforeUpdate">;

async function readLive(
  step: RefreshStep,
  provider: Provider,
  context: ApplyContext,
): Promise<LiveObject | undefined> {
  const old = step.new.state;
  const { id, inputs, outputs: state } = old;
  const timeout = old.customTimeouts.read ?? 0;
  try {
    const views = context.views.during(step);
    const read = await provider.read({ ...identity(old), id, inputs, state, timeout, views });
    return read === undefined || read.id === "" ? undefined : liveObject(read, old, []);
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    const list = error.reasons.map((reason) => `* ${reason}`).join("\n");
    context.reporter.warning(old.urn, `Refreshed resource is in an unhealthy state:\n${list}`);
    if (error.id === "") return undefined;
    return liveObject(error, old, error.reasons);
  }
}

function liveObject(read: ReadResult, old: ResourceState, initErrors: readonly string[]): LiveObject {
  const { id, outputs, inputs = old.inputs, refreshBeforeUpdate = false } = read;
  return { id, inputs: inputs ?? old.inputs, outputs, initErrors, refreshBeforeUpdate };
}

/** What an update of an unchanged program would do now, turned around: that is what happened to the object. */
async function diffDrift(
  old: ResourceState,
  refreshed: ResourceState,
  provider: Provider,
): Promise<DiffResult> {
  const { ignoreChanges } = old;
  const diff = await provider.diff({
    ...identity(refreshed),
    id: refreshed.id,
    oldInputs: refreshed.inputs,
    oldOutputs: refreshed.outputs,
    newInputs: old.inputs,
    ignoreChanges,
  });
  const known = diffInputs(diff, { old: refreshed.inputs, new: old.inputs, ignore: ignoreChanges });
  return known.changes === "none" ? { ...unchanged, detailedDiff: known.detailedDiff } : invertDiff(known);
}
