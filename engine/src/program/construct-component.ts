import { EngineError } from "../errors.ts";
import { DeploymentStopped } from "../execute/goal.ts";
import type { RegisterRequest, RegisterResponse } from "../protocol/monitor.ts";
import { withOutputDependencies } from "../protocol/property-walk.ts";
import type { ConstructRequest, ConstructResult, Provider } from "../providers/provider.ts";
import { bareRequest } from "./bare-request.ts";
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { describeRefusal } from "./provider-refusal.ts";
import { inheritanceOf } from "./registered-resources.ts";
import { resolveDependencies } from "./resolve-dependencies.ts";

/**
 * Has a provider construct a component: its process registers the component and its children with our monitor. For one
 * that cannot be asked yet the component is registered with nothing known of it, by `register`.
 */
export async function constructComponent(
  request: RegisterRequest,
  reference: string,
  register: (request: RegisterRequest) => Promise<RegisterResponse>,
  context: MonitorContext,
): Promise<RegisterResponse> {
  const provider = context.registry.get(reference);
  const { urn, outputs, outputDependencies } =
    provider === undefined
      ? { ...(await register(bareRequest(request))), outputDependencies: {} }
      : await construct(provider, request, context);
  // What its provider registered it with goes to children of the program, too; providers are those asked for.
  const registered = context.resources.find(urn) ?? inheritanceOf(request, "");
  context.resources.add(urn, { ...registered, providers: request.providers });
  const propertyDependencies = withOutputDependencies(outputs, outputDependencies);
  return { ...emptyResponse(urn), outputs, propertyDependencies };
}

async function construct(
  provider: Provider,
  request: RegisterRequest,
  context: MonitorContext,
): Promise<ConstructResult> {
  const construct = provider.construct?.bind(provider);
  if (construct === undefined) {
    const message = `the provider of package '${provider.pkg}' has no components: cannot construct ${request.type}`;
    throw new EngineError(message);
  }
  const asked = await constructRequest(request, context);
  return context.traces
    .during(request.source, (stackTraceHandle) =>
      construct({ ...asked, info: { ...asked.info, stackTraceHandle } }),
    )
    .catch((error: unknown) => refuse(error, request, context));
}

/** Nothing can be built on a component that its provider refuses: the run ends. */
function refuse(error: unknown, request: RegisterRequest, context: MonitorContext): never {
  const reason = describeRefusal(error, request.inputs);
  context.fail("", `${request.type} resource '${request.name}' has a problem: ${reason}`);
  throw new DeploymentStopped();
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
  context: MonitorContext,
): Promise<ConstructRequest> {
  const info = context.info();
  const { type, name, parent, providers, aliases } = request;
  const { additionalSecretOutputs, deletedWith, replaceWith } = request;
  const { ignoreChanges, replaceOnChanges, deleteBeforeReplace, resourceHooks } = request;
  const { dependencies, propertyDependencies } = resolveDependencies(request);
  return {
    info,
    type,
    name,
    parent,
    inputs: await hashAssets(request.inputs, context.directory),
    inputDependencies: propertyDependencies,
    protect: request.protect,
    retainOnDelete: request.retainOnDelete,
    deletedWith,
    replaceWith,
    replacementTrigger: request.replacementTrigger,
    resourceHooks,
    providers,
    aliases,
    dependencies,
    additionalSecretOutputs,
    customTimeouts: request.customTimeouts,
    deleteBeforeReplace,
    ignoreChanges,
    replaceOnChanges,
  };
}
