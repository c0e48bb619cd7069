import type { Goal } from "../execute/goal.ts";
import { isProviderType, packageOfProviderType } from "../plan/urn.ts";
import type { DependencyMap, RegisterRequest } from "../protocol/monitor.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { downgradeOutputs, outputDependencies } from "../protocol/property-walk.ts";
import { addPluginInputs } from "../providers/plugin-inputs.ts";
import { hashAssets } from "./hash-assets.ts";
import type { Packages } from "./packages.ts";
import { parseTimeouts } from "./parse-timeouts.ts";
import type { InheritedOptions } from "./registered-resources.ts";
import { recordSource } from "./source-position.ts";

export interface GoalContext {
  readonly packages: Packages;
  /** The project's directory: source positions are relative to it. */
  readonly root: string;
  /** The program's directory: asset paths are relative to it. */
  readonly directory: string;
}

/**
 * Turns a registration into a goal. `provider` is the reference chosen for it, "" for components and providers.
 * @throws UserError `timeout-invalid`, `asset-unreadable`, `package-version-invalid`
 */
export async function buildGoal(
  request: RegisterRequest,
  chosen: { readonly provider: string; readonly options: InheritedOptions },
  context: GoalContext,
): Promise<Goal> {
  const { type, name, custom, parent, aliases, importId, replaceWith } = request;
  const { protect, retainOnDelete, deletedWith } = chosen.options;
  const customTimeouts = parseTimeouts(request.customTimeouts);
  const inputs = await hashAssets(downgradeOutputs(request.inputs), context.directory);
  return {
    type,
    name,
    custom,
    parent,
    inputs: await withPlugin(request, inputs, context.packages),
    provider: chosen.provider,
    dependencies: unique([...request.dependencies, ...allOutputDependencies(request.inputs)]),
    propertyDependencies: propertyDependencies(request),
    aliases,
    protect,
    retainOnDelete,
    deleteBeforeReplace: request.deleteBeforeReplace,
    ignoreChanges: request.ignoreChanges,
    replaceOnChanges: request.replaceOnChanges,
    hideDiff: request.hideDiff,
    additionalSecretOutputs: request.additionalSecretOutputs,
    customTimeouts,
    importId,
    deletedWith,
    replaceWith,
    replacementTrigger: request.replacementTrigger,
    resourceHooks: request.resourceHooks,
    ...recordSource(request.source, context.root),
  };
}

async function withPlugin(
  request: RegisterRequest,
  inputs: PropertyMap,
  packages: Packages,
): Promise<PropertyMap> {
  if (!request.custom || !isProviderType(request.type)) return inputs;
  const spec = await packages.resolve(packageOfProviderType(request.type), request.package);
  return addPluginInputs(inputs, spec, request.envVarMappings);
}

/** Where the program does not say which property depends on what, each may depend on everything. */
function propertyDependencies(request: RegisterRequest): DependencyMap {
  const { inputs, dependencies } = request;
  if (Object.keys(request.propertyDependencies).length === 0) {
    return Object.fromEntries(Object.keys(inputs).map((key) => [key, dependencies]));
  }
  const merged = new Map(Object.entries(request.propertyDependencies));
  for (const [key, value] of Object.entries(inputs)) {
    const urns = outputDependencies(value);
    if (urns.length > 0) merged.set(key, unique([...(merged.get(key) ?? []), ...urns]));
  }
  return Object.fromEntries(merged);
}

function allOutputDependencies(inputs: PropertyMap): readonly string[] {
  return Object.values(inputs).flatMap(outputDependencies);
}

function unique(urns: readonly string[]): readonly string[] {
  return [...new Set(urns)];
}
