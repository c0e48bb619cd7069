import { EngineError } from "../errors.ts";
import { DeploymentStopped } from "../execute/goal.ts";
import { aliasUrns } from "../plan/aliases.ts";
import { createUrn } from "../plan/urn.ts";
import type { RegisterRequest, RegisterResponse } from "../protocol/monitor.ts";
import { withOutputDependencies } from "../protocol/property-walk.ts";
import type { ConstructRequest } from "../providers/provider.ts";
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { parseTimeouts } from "./parse-timeouts.ts";
import { describeRefusal } from "./provider-refusal.ts";
import { inheritanceOf, packageOfReference } from "./registered-resources.ts";
import { resolveDependencies } from "./resolve-dependencies.ts";

/** Has a provider construct a component: its process registers the component and its children with our monitor. */
export async function constructComponent(
  request: RegisterRequest,
  reference: string,
  context: MonitorContext,
): Promise<RegisterResponse> {
  const provider = context.registry.get(reference);
  if (provider === undefined) return unknownComponent(request, context);
  if (provider.construct === undefined) {
    const message = `the provider of package '${provider.pkg}' has no components: cannot construct ${request.type}`;
    throw new EngineError(message);
  }
  const { urn, outputs, outputDependencies } = await provider
    .construct(await constructRequest(request, reference, context))
    .catch((error: unknown) => refuse(error, request, context));
  // What its provider registered it with goes to children of the program, too; providers are those asked for.
  const registered = context.resources.find(urn) ?? inheritanceOf(request, "");
  context.resources.add(urn, { ...registered, providers: request.providers });
  const propertyDependencies = withOutputDependencies(outputs, outputDependencies);
  return { ...emptyResponse(urn), outputs, propertyDependencies };
}

/** Nothing can be built on a component that its provider refuses: the run ends. */
function refuse(error: unknown, request: RegisterRequest, context: MonitorContext): never {
  const reason = describeRefusal(error, request.inputs);
  context.fail("", `${request.type} resource '${request.name}' has a problem: ${reason}`);
  throw new DeploymentStopped();
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
  provider: string,
  context: MonitorContext,
): Promise<ConstructRequest> {
  const info = context.info();
  const { type, name, parent, additionalSecretOutputs, deletedWith, replaceWith } = request;
  const { ignoreChanges, replaceOnChanges, deleteBeforeReplace, resourceHooks } = request;
  const { dependencies, propertyDependencies } = resolveDependencies(request);
  return {
    info,
    type,
    name,
    parent,
    inputs: await hashAssets(request.inputs, context.directory),
    inputDependencies: propertyDependencies,
    protect: request.protect ?? false,
    retainOnDelete: request.retainOnDelete ?? false,
    deletedWith,
    replaceWith,
    replacementTrigger: request.replacementTrigger,
    resourceHooks,
    providers: { ...request.providers, [packageOfReference(provider)]: provider },
    aliases: aliasUrns({ ...request, stack: info.stack, project: info.project }, () => undefined),
    dependencies,
    additionalSecretOutputs,
    customTimeouts: parseTimeouts(request.customTimeouts),
    deleteBeforeReplace,
    ignoreChanges,
    replaceOnChanges,
  };
}
