import {
  type CreateReplacementStep,
  type CreateStep,
  type StepOutcome,
  success,
  type UpdateStep,
} from "../plan/step.ts";
import { PartialFailure } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { type ApplyContext, failure, identity, providerOf } from "./apply-context.ts";
import type { FailedCall } from "./hook-runner.ts";

interface Written {
  readonly state: ResourceState;
  readonly outcome: StepOutcome;
}

/** True where there is something to record. */
function isRecorded({ outcome }: Written): boolean {
  return outcome.error === undefined || outcome.status === "partial";
}

/** Makes a new object. A clean failure is told as such: the provider says that nothing was made. */
export async function applyCreate(
  step: CreateStep | CreateReplacementStep,
  context: ApplyContext,
): Promise<StepOutcome> {
  const state = step.new.state;
  await context.hooks.before({ phase: "BeforeCreate", old: undefined, new: state });
  const made = state.custom ? await create(step, context) : { state, outcome: success };
  if (!isRecorded(made)) return made.outcome;
  const now = context.now();
  step.new.state = { ...made.state, created: now, modified: now };
  if (step.op === "create-replacement" && step.deleteLater) {
    step.old.state = { ...step.old.state, delete: true };
  }
  if (state.custom && made.outcome.error === undefined) {
    await context.hooks.after({ phase: "AfterCreate", old: undefined, new: step.new.state });
  }
  return made.outcome;
}

async function create(step: CreateStep | CreateReplacementStep, context: ApplyContext): Promise<Written> {
  const { preview } = context;
  const { state } = step.new;
  try {
    const provider = providerOf(state, context.registry);
    if (provider === undefined) return { state, outcome: success };
    const timeout = state.customTimeouts.create ?? 0;
    const call = { failedOperation: "create", old: undefined, new: state } as const;
    const views = context.views.during(step);
    const { answer: made, initErrors } = await attempt(call, context, () =>
      provider.create({ ...identity(state), inputs: state.inputs, timeout, preview, views }),
    );
    if (!preview && made.id === "") throw new Error("provider did not return an ID from Create");
    const { id, outputs, refreshBeforeUpdate = false } = made;
    return { state: { ...state, id, outputs, refreshBeforeUpdate, initErrors }, outcome: success };
  } catch (error) {
    if (!(error instanceof PartialFailure)) return { state, outcome: failure(error, "ok") };
    const { id, outputs, refreshBeforeUpdate, reasons: initErrors } = error;
    return {
      state: { ...state, id, outputs, refreshBeforeUpdate, initErrors },
      outcome: failure(error),
    };
  }
}

/**
 * Asks as often as error hooks want it. What was not ready on the way there stays recorded, as with the official CLI:
 * the next run updates the object.
 */
async function attempt<Answer>(
  call: FailedCall & { readonly new: ResourceState },
  { hooks }: ApplyContext,
  ask: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly initErrors: readonly string[] }> {
  let { initErrors } = call.new;
  const answer = await hooks.retrying(call, async () => {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof PartialFailure) initErrors = error.reasons;
      throw error;
    }
  });
  return { answer, initErrors };
}

/** Changes an object in place. After a partial failure the record keeps the old inputs: the new ones are not in effect. */
export async function applyUpdate(step: UpdateStep, context: ApplyContext): Promise<StepOutcome> {
  const { id, created, modified, custom } = step.old.state;
  step.new.state = { ...step.new.state, id, created, modified };
  await context.hooks.before({ phase: "BeforeUpdate", old: step.old.state, new: step.new.state });
  if (!custom) return success;
  const updated = await update(step, context);
  if (!isRecorded(updated)) return updated.outcome;
  step.new.state = { ...updated.state, modified: context.now() };
  if (updated.outcome.error === undefined) {
    await context.hooks.after({ phase: "AfterUpdate", old: step.old.state, new: step.new.state });
  }
  return updated.outcome;
}

async function update(step: UpdateStep, context: ApplyContext): Promise<Written> {
  const { preview } = context;
  const state = step.new.state;
  const { inputs: oldInputs, outputs: oldOutputs, id } = step.old.state;
  try {
    const provider = providerOf(state, context.registry);
    if (provider === undefined) return { state, outcome: success };
    const request = {
      ...identity(state),
      ...{ id, oldInputs, oldOutputs, newInputs: state.inputs, preview },
      ignoreChanges: step.ignoreChanges,
      timeout: state.customTimeouts.update ?? 0,
      views: context.views.during(step),
    };
    const call = { failedOperation: "update", old: step.old.state, new: state } as const;
    const { answer, initErrors } = await attempt(call, context, () => provider.update(request));
    const { outputs, refreshBeforeUpdate = false } = answer;
    return { state: { ...state, outputs, refreshBeforeUpdate, initErrors }, outcome: success };
  } catch (error) {
    if (!(error instanceof PartialFailure)) return { state, outcome: failure(error) };
    const { outputs, refreshBeforeUpdate, reasons: initErrors } = error;
    return { state: { ...state, outputs, refreshBeforeUpdate, initErrors }, outcome: failure(error) };
  }
}
