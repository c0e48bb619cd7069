import type { PlannedGoal } from "../plan/plan-goal.ts";
import { parseProviderReference, urnName } from "../plan/urn.ts";
import type { PolicyProvider, PolicyResource, PolicyStackResource } from "../policy/policy-pack.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";
import type { Run } from "./run.ts";

/** A resource that is about to be planned, as policies see it: with its checked inputs. */
export function judgedResource(
  run: Run,
  state: ResourceState,
  goal: Pick<PlannedGoal, "ignoreChanges" | "deleteBeforeReplace">,
): PolicyResource {
  const { ignoreChanges, deleteBeforeReplace } = goal;
  const options = { ...optionsOf(state), ignoreChanges, deleteBeforeReplace };
  return { ...options, properties: state.inputs, provider: providerOf(run, state) };
}

function optionsOf(
  state: ResourceState,
): Omit<PolicyResource, "properties" | "provider" | "deleteBeforeReplace"> {
  const { urn, type, protect, ignoreChanges, additionalSecretOutputs, aliases, customTimeouts, parent } =
    state;
  const name = urnName(urn);
  return {
    urn,
    type,
    name,
    protect,
    ignoreChanges,
    additionalSecretOutputs,
    aliases,
    customTimeouts,
    parent,
  };
}

/** A recorded resource as policies see it. */
export function recordedResource(
  state: ResourceState,
  properties: PropertyMap,
  providers: ReadonlyMap<string, ResourceState>,
): PolicyStackResource {
  const { urn } = parseProviderReference(state.provider);
  const provider = state.provider === "" ? undefined : providers.get(urn);
  return {
    ...optionsOf(state),
    deleteBeforeReplace: undefined,
    properties,
    provider: provider && { urn, type: provider.type, name: urnName(urn), properties: provider.inputs },
    dependencies: state.dependencies,
    propertyDependencies: state.propertyDependencies,
  };
}

/** Everything the stack consists of now, with its outputs. What was only read is not part of it. */
export function judgedStack(
  run: Run,
  deleteBeforeReplaceOf: (urn: string) => boolean | undefined,
): readonly PolicyStackResource[] {
  const managed = [...run.ledger.current.values()].filter(({ state }) => !run.ledger.was(state.urn, "read"));
  return managed.map(({ state }) => ({
    ...optionsOf(state),
    deleteBeforeReplace: deleteBeforeReplaceOf(state.urn),
    properties: state.outputs,
    provider: providerOf(run, state),
    dependencies: state.dependencies,
    propertyDependencies: state.propertyDependencies,
  }));
}

function providerOf(run: Run, { provider }: ResourceState): PolicyProvider | undefined {
  if (provider === "") return undefined;
  const { urn } = parseProviderReference(provider);
  const state = (run.ledger.providers.get(urn) ?? run.ledger.findProvider(provider))?.state;
  return state && { urn, type: state.type, name: urnName(urn), properties: state.inputs };
}
