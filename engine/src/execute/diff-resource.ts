import { changed, diffInputs, isReplacement, replacementBecause, unchanged } from "../plan/diff-result.ts";
import { ignoreChanges } from "../plan/ignore-changes.ts";
import { mapsEqual } from "../plan/property-diff.ts";
import { withoutUnknownSecrets } from "../plan/unknown-secrets.ts";
import { parseProviderReference } from "../plan/urn.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { DiffRequest, DiffResult, Provider } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";
import { identity } from "./apply-context.ts";
import type { Checked } from "./check-inputs.ts";
import type { RegisteringAgain } from "./generate-from-diff.ts";
import { isReplaceTargeted } from "./inclusion.ts";
import type { Run } from "./run.ts";

const UNCONFIGURED =
  "The provider for this resource has inputs that are not known during preview.\n" +
  "This preview may not correctly represent the changes that will be applied during an update.";

/** How a recorded resource differs from what the program wants. Reasons from outside come before the provider's own. */
export async function diffResource(
  run: Run,
  { urn, goal, old, next }: RegisteringAgain,
  checked: Checked,
): Promise<DiffResult> {
  if (isReplaceTargeted(run, urn, old.state)) return replacementBecause("id");
  if (goal.replaceWith.some((other) => run.ledger.was(other, "replace"))) {
    return replacementBecause("replaceWith");
  }
  if (goal.deletedWith !== "" && run.ledger.was(goal.deletedWith, "replace")) {
    return replacementBecause("deletedWith");
  }
  if (await isProviderReplaced(run, old.state, next.state)) return replacementBecause("provider");
  if (run.options.legacyDiff && hasSameInputs(old.state, next.state.inputs)) return unchanged;
  const { provider } = checked;
  if (provider === undefined) {
    // A component records its inputs as they came, ignored changes too.
    const wanted = ignoreChanges(next.state.inputs, old.state.inputs, goal.ignoreChanges);
    return hasSameInputs(old.state, wanted.inputs) ? unchanged : changed;
  }
  if (provider === "unconfigured") {
    run.reporter.warning(urn, UNCONFIGURED);
    return changed;
  }
  const wanted = { inputs: next.state.inputs, ignoreChanges: goal.ignoreChanges };
  return diffStates(run, provider, { old: old.state, wanted });
}

interface Wanted {
  readonly inputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

/** Asks the provider; where it cannot tell, the inputs are compared. */
export async function diffStates(
  run: Run,
  provider: Provider,
  { old, wanted }: { readonly old: ResourceState; readonly wanted: Wanted },
): Promise<DiffResult> {
  const request = diffRequest(old, wanted);
  const { oldInputs, newInputs, ignoreChanges: ignore } = request;
  return diffInputs(await run.ahead.diff(provider, request), { old: oldInputs, new: newInputs, ignore });
}

/** What a provider is asked about a recorded resource and what is wanted of it. */
export function diffRequest(old: ResourceState, { inputs, ignoreChanges: ignore }: Wanted): DiffRequest {
  return { ...identity(old), id: old.id, ...compared(old, inputs), ignoreChanges: ignore };
}

function compared(old: ResourceState, newInputs: PropertyMap) {
  return withoutUnknownSecrets({ oldInputs: old.inputs, oldOutputs: old.outputs, newInputs });
}

function hasSameInputs(old: ResourceState, inputs: PropertyMap): boolean {
  const { oldInputs, newInputs } = compared(old, inputs);
  return mapsEqual(oldInputs, newInputs);
}

/** True where the old object cannot be managed by the new provider: the new provider says so about its configuration. */
async function isProviderReplaced(run: Run, old: ResourceState, next: ResourceState): Promise<boolean> {
  if (old.provider === next.provider) return false;
  if (old.provider === "" || next.provider === "") return true;
  const oldUrn = parseProviderReference(old.provider).urn;
  const newUrn = parseProviderReference(next.provider).urn;
  if (run.ledger.newNames.get(oldUrn) === newUrn) return false;
  const before = run.ledger.findProvider(old.provider)?.state;
  const after = (run.ledger.providers.get(newUrn) ?? run.ledger.findProvider(next.provider))?.state;
  if (before === undefined || after === undefined) return false;
  const diff = await run.registry.providerOfProviders.diff({
    ...{ ...identity(after), id: after.id },
    ...compared(before, after.inputs),
    ignoreChanges: [],
  });
  return isReplacement(diff);
}
