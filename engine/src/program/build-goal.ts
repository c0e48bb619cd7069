import type { Goal } from "../execute/goal.ts";
import { isProviderType, packageOfProviderType } from "../plan/urn.ts";
import type { RegisterRequest } from "../protocol/monitor.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { downgradeOutputs } from "../protocol/property-walk.ts";
import { addPluginInputs } from "../providers/plugin-inputs.ts";
import { hashAssets } from "./hash-assets.ts";
import type { Packages } from "./packages.ts";
import { parseTimeouts } from "./parse-timeouts.ts";
import { resolveDependencies } from "./resolve-dependencies.ts";
import { recordSource } from "./source-position.ts";

export interface GoalContext {
  readonly packages: Packages;
  /** The project's directory: source positions are relative to it. */
  readonly root: string;
  /** The program's directory: asset paths are relative to it. */
  readonly directory: string;
}

/**
 * Turns a registration, after inheritance and transforms, into a goal. `provider` is the reference chosen for it,
 * "" for components and providers.
 * @throws UserError `timeout-invalid`, `asset-unreadable`, `package-version-invalid`
 */
export async function buildGoal(
  request: RegisterRequest,
  provider: string,
  context: GoalContext,
): Promise<Goal> {
  const { type, name, custom, parent, aliases, importId, deletedWith, replaceWith } = request;
  const customTimeouts = parseTimeouts(request.customTimeouts);
  const { dependencies, propertyDependencies } = resolveDependencies(request);
  const { sourcePosition, stackTrace } = recordSource(request.source, context.root);
  const inputs = await hashAssets(downgradeOutputs(request.inputs), context.directory);
  return {
    type,
    name,
    custom,
    parent,
    inputs: await withPlugin(request, inputs, context.packages),
    provider,
    dependencies,
    propertyDependencies,
    aliases,
    protect: request.protect ?? false,
    retainOnDelete: request.retainOnDelete ?? false,
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
    sourcePosition,
    stackTrace,
  };
}

async function withPlugin(
  request: RegisterRequest,
  inputs: PropertyMap,
  packages: Packages,
): Promise<PropertyMap> {
  if (!request.custom || !isProviderType(request.type)) return inputs;
  const spec = await packages.resolveExplicit(packageOfProviderType(request.type), request.package);
  return addPluginInputs(inputs, spec, request.envVarMappings);
}
