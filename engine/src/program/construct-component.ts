import { EngineError } from "../errors.ts";
import { aliasUrns } from "../plan/aliases.ts";
import { createUrn } from "../plan/urn.ts";
import type { RegisterRequest, RegisterResponse } from "../protocol/monitor.ts";
import type { ConstructRequest } from "../providers/provider.ts";
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { parseTimeouts } from "./parse-timeouts.ts";
import { type InheritedOptions, packageOfReference } from "./registered-resources.ts";

/** Has a provider construct a component: its process registers the component and its children with our monitor. */
export async function constructComponent(
  request: RegisterRequest,
  chosen: { readonly provider: string; readonly options: InheritedOptions },
  context: MonitorContext,
): Promise<RegisterResponse> {
  const provider = context.registry.get(chosen.provider);
  if (provider === undefined) return unknownComponent(request, context);
  if (provider.construct === undefined) {
    const message = `the provider of package '${provider.pkg}' has no components: cannot construct ${request.type}`;
    throw new EngineError(message);
  }
  const { urn, outputs, outputDependencies } = await provider.construct(
    await constructRequest(request, chosen, context),
  );
  const { protect, retainOnDelete, deletedWith, providers } = chosen.options;
  const inherited = {
    custom: false,
    provider: chosen.provider,
    protect,
    retainOnDelete,
    deletedWith,
    providers,
  };
  context.resources.add(urn, inherited);
  return { ...emptyResponse(urn), outputs, propertyDependencies: outputDependencies };
}

/** Stands for a component whose provider cannot be asked yet: its URN is known, nothing else is. */
function unknownComponent(request: RegisterRequest, context: MonitorContext): RegisterResponse {
  const { stack, project } = context.info();
  const { parent, type, name } = request;
  return { ...emptyResponse(createUrn({ stack, project, parent, type, name })), unknown: true };
}

function emptyResponse(urn: string): RegisterResponse {
  return {
    urn,
    id: "",
    outputs: {},
    stableKeys: [],
    propertyDependencies: {},
    result: "success",
    unknown: false,
  };
}

async function constructRequest(
  request: RegisterRequest,
  { provider, options }: { readonly provider: string; readonly options: InheritedOptions },
  context: MonitorContext,
): Promise<ConstructRequest> {
  const info = context.info();
  const { type, name, parent, dependencies, additionalSecretOutputs } = request;
  const { ignoreChanges, replaceOnChanges, deleteBeforeReplace } = request;
  return {
    info,
    type,
    name,
    parent,
    inputs: await hashAssets(request.inputs, context.directory),
    inputDependencies: request.propertyDependencies,
    protect: options.protect,
    retainOnDelete: options.retainOnDelete,
    deletedWith: options.deletedWith,
    providers: { ...options.providers, [packageOfReference(provider)]: provider },
    aliases: aliasUrns({ ...request, stack: info.stack, project: info.project }, () => undefined),
    dependencies,
    additionalSecretOutputs,
    customTimeouts: parseTimeouts(request.customTimeouts),
    deleteBeforeReplace,
    ignoreChanges,
    replaceOnChanges,
  };
}
