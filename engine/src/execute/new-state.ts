import { withExtensionRef } from "../state/extensions.ts";
import { type ResourceState, resourceState, zeroState } from "../state/resource.ts";
import type { Goal, ReadGoal } from "./goal.ts";

/** The state a registration leads to, before any provider has spoken: no id, no outputs. */
export function stateOfGoal(
  goal: Goal,
  place: {
    readonly urn: string;
    readonly alias: string | undefined;
    readonly old: ResourceState | undefined;
  },
): ResourceState {
  return {
    ...zeroState,
    urn: place.urn,
    type: goal.type,
    custom: goal.custom,
    inputs: goal.inputs,
    parent: goal.parent,
    provider: goal.provider,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    protect: goal.protect,
    retainOnDelete: goal.retainOnDelete,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: place.alias === undefined ? [] : [place.alias],
    customTimeouts: goal.customTimeouts,
    importID: goal.importId,
    deletedWith: goal.deletedWith,
    replaceWith: goal.replaceWith,
    created: place.old?.created ?? "",
    modified: place.old?.modified ?? "",
    sourcePosition: goal.sourcePosition,
    stackTrace: goal.stackTrace,
    ignoreChanges: goal.ignoreChanges,
    hideDiff: goal.hideDiff,
    replaceOnChanges: goal.replaceOnChanges,
    replacementTrigger: goal.replacementTrigger,
    refreshBeforeUpdate: place.old?.refreshBeforeUpdate ?? false,
    resourceHooks: goal.resourceHooks,
    unknownFields: withExtensionRef(place.old?.unknownFields ?? {}, goal.extension?.ref ?? ""),
  };
}

/** The state of an object that is only read. */
export function stateOfRead(
  goal: ReadGoal,
  place: { readonly urn: string; readonly alias: string | undefined },
): ResourceState {
  return resourceState({
    urn: place.urn,
    type: goal.type,
    custom: true,
    external: true,
    id: goal.id,
    inputs: goal.inputs,
    parent: goal.parent,
    provider: goal.provider,
    dependencies: goal.dependencies,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    aliases: place.alias === undefined ? [] : [place.alias],
    sourcePosition: goal.sourcePosition,
    stackTrace: goal.stackTrace,
  });
}
