import { ProviderError } from "../errors.ts";
import { type DeleteStep, type SameStep, type Step, type StepOutcome, success } from "../plan/step.ts";
import { isProviderType } from "../plan/urn.ts";
import { containsUnknowns } from "../protocol/property-value.ts";
import { PartialFailure } from "../providers/provider.ts";
import { type ApplyContext, failure, identity, providerOf } from "./apply-context.ts";
import { applyImport } from "./apply-import.ts";
import { applyRead, applyRefresh } from "./apply-read.ts";
import { applyCreate, applyUpdate } from "./apply-write.ts";

/** Carries a step out: calls the provider and leaves the outcome in the step's resources. Never rejects. */
export async function applyStep(step: Step, context: ApplyContext): Promise<StepOutcome> {
  try {
    return await apply(step, context);
  } catch (error) {
    return failure(error, "ok");
  }
}

async function apply(step: Step, context: ApplyContext): Promise<StepOutcome> {
  switch (step.op) {
    case "same":
      return applySame(step, context);
    case "create":
    case "create-replacement":
      return applyCreate(step, context);
    case "update":
      return applyUpdate(step, context);
    case "delete":
    case "delete-replaced":
    case "discard":
    case "discard-replaced":
      return applyDelete(step, context);
    case "replace":
    case "remove-pending-replace":
      return success;
    case "read":
    case "read-replacement":
      return applyRead(step, context);
    case "refresh":
      return applyRefresh(step, context);
    case "import":
    case "import-replacement":
      return applyImport(step, context);
  }
}

async function applySame(step: SameStep, context: ApplyContext): Promise<StepOutcome> {
  const old = step.old.state;
  step.new.state = { ...step.new.state, id: old.id, outputs: old.outputs };
  if (step.reason === "unchanged" && isProviderType(old.type)) {
    // Offline, recorded secrets may be unknown; those that the program gives are not.
    const inputs = containsUnknowns(old.inputs) ? step.new.state.inputs : old.inputs;
    await context.registry.same({ ...step.new.state, inputs });
  }
  return success;
}

/** A resource was to be deleted although it is protected. The other deletes of a run go on. */
export class DeleteProtectedError extends Error {
  override name = "DeleteProtectedError";
  constructor(urn: string) {
    super(
      `resource ${JSON.stringify(urn)} cannot be deleted\n` +
        "because it is protected. To unprotect the resource, either remove the `protect` flag from the resource " +
        `in your Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect '${urn}'\``,
    );
  }
}

async function applyDelete(step: DeleteStep, context: ApplyContext): Promise<StepOutcome> {
  const state = step.old.state;
  // Of a copy that waits for its deletion the replacement is there already, and nobody can unprotect it.
  const replacing = step.op === "delete-replaced" || step.op === "discard-replaced" || state.delete;
  const subject = { old: state, new: undefined };
  await context.hooks.before({ ...subject, phase: "BeforeDelete" });
  if (state.protect && !replacing && !context.ignoresProtect)
    return failure(new DeleteProtectedError(state.urn), "ok");
  if (callsDelete(step, context)) {
    try {
      await deleteObject(step, context);
    } catch (error) {
      return failure(error);
    }
  }
  if (step.afterwards === "await-replacement")
    step.old.state = { ...step.old.state, pendingReplacement: true };
  await context.hooks.after({ ...subject, phase: "AfterDelete" });
  return success;
}

async function deleteObject(step: DeleteStep, context: ApplyContext): Promise<void> {
  const { state } = step.old;
  const provider = providerOf(state, context.registry);
  const { id, inputs: oldInputs, outputs: oldOutputs } = state;
  const timeout = state.customTimeouts.delete ?? 0;
  const call = { failedOperation: "delete", old: state, new: undefined } as const;
  await context.hooks.retrying(call, async () => {
    const views = context.views.during(step);
    await provider
      ?.delete({ ...identity(state), id, oldInputs, oldOutputs, timeout, views })
      .catch((error: unknown) => Promise.reject(keptWhole(error)));
  });
}

/** Whatever a delete says is left of an object, the object is not gone: it stays recorded as it was. */
function keptWhole(error: unknown): unknown {
  if (!(error instanceof PartialFailure)) return error;
  return new ProviderError(error.message, { status: "unknown", cause: error });
}

function callsDelete(step: DeleteStep, context: ApplyContext): boolean {
  const { custom, external, retainOnDelete } = step.old.state;
  if (context.preview || external || retainOnDelete || !custom) return false;
  return !context.goesWithHost(step.old);
}
