import { DeploymentStopped, type Registration } from "../execute/goal.ts";
import { RpcError } from "../grpc/server-connection.ts";
import { Status } from "../grpc/status.ts";
import { createUrn, isProviderType } from "../plan/urn.ts";
import type { RegisterRequest, RegisterResponse } from "../protocol/monitor.ts";
import { upgradeToOutputs } from "../protocol/property-walk.ts";
import { checkVersion } from "../semantic-version.ts";
import { applyTransforms } from "./apply-transforms.ts";
import { buildGoal } from "./build-goal.ts";
import { checkOptions, checkReferences } from "./check-options.ts";
import { constructComponent } from "./construct-component.ts";
import { DefaultProviderDenied } from "./default-provider-denied.ts";
import { extendProvider } from "./extend-provider.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { inheritanceOf, inheritOptions, inheritProviders } from "./registered-resources.ts";
import {
  checkReference,
  namedProvider,
  type ProviderRequest,
  requireProvider,
  selectProvider,
} from "./select-provider.ts";
import { checkTypeToken } from "./type-token.ts";

/** Answers `RegisterResource`: inheritance, transforms, the choice of a provider; then the deployment, or `Construct`. */
export async function registerResource(
  asked: RegisterRequest,
  context: MonitorContext,
): Promise<RegisterResponse> {
  const { parent, custom } = asked;
  const end = context.settled.begin(parent);
  try {
    const response = await answerRegistration(asked, context);
    context.settled.add(response.urn, parent, { custom, isThere: response.id !== "" });
    return response;
  } finally {
    end();
  }
}

async function answerRegistration(
  asked: RegisterRequest,
  context: MonitorContext,
): Promise<RegisterResponse> {
  checkRequest(asked);
  checkReferences(asked);
  const parent = context.resources.find(asked.parent);
  const own = context.transforms.ownOf(asked);
  const named = nameProvider(inheritOptions(asked, parent), context);
  const request = inheritProviders(await applyTransforms(named, own, context), parent);
  checkOptions(request);
  checkPluginVersion(request);
  const provider = await chooseProvider(request, context);
  const extension = await extendProvider(provider, request.package, context);
  if (request.remote) {
    const remote = { ...request, inputs: upgradeToOutputs(request.inputs) };
    const register = (local: RegisterRequest) => registerResource(local, context);
    const response = await constructComponent(remote, provider, register, context);
    context.transforms.remember(response.urn, { parent: request.parent, own });
    return response;
  }
  const goal = { ...(await buildGoal(request, provider, context)), ...extension };
  // Known before the deployment answers: the program may name the resource as a parent as soon as it has its URN.
  const urn = urnOf(request, context);
  context.resources.add(urn, inheritanceOf(request, provider));
  context.transforms.remember(urn, { parent: request.parent, own });
  return toResponse(await context.deployment.register(goal));
}

/** Transforms see the provider that is named for the resource, and may name another or none. */
function nameProvider(request: RegisterRequest, { resources }: MonitorContext): RegisterRequest {
  if (!request.custom && !request.remote) return request;
  return { ...request, provider: namedProvider({ ...request, token: request.type }, resources) };
}

/** The provider's reference; "" for what has none. */
async function chooseProvider(request: RegisterRequest, context: MonitorContext): Promise<string> {
  const { type: token, provider, package: wanted } = request;
  if (!request.remote && (!request.custom || isProviderType(token))) return "";
  const asked = { token, provider, providers: {}, parent: "", package: wanted };
  const reference = await (request.remote
    ? requireProvider(asked, context)
    : providerOrFail(request, asked, context));
  for (const other of Object.values(request.providers)) if (other !== "") checkReference(other);
  return reference;
}

function checkRequest(request: RegisterRequest): void {
  if (request.custom || request.remote) checkTypeToken(request.type);
  if (Object.keys(request.envVarMappings).length === 0 || isProviderType(request.type)) return;
  const details = "envVarMappings can only be used with provider resources";
  throw new RpcError(Status.INVALID_ARGUMENT, details);
}

function checkPluginVersion({ type, name, custom, remote, package: { version } }: RegisterRequest): void {
  if (custom && isProviderType(type)) {
    checkVersion(version, `ResourceMonitor.RegisterResource(${type},${name}): passed invalid version: `);
  } else if (custom || remote) checkVersion(version, "parse provider request: ");
}

/** The provider of a custom resource. Where the stack forbids its default provider people are told, and the run ends. */
async function providerOrFail(
  resource: { readonly parent: string; readonly type: string; readonly name: string },
  wanted: ProviderRequest,
  context: MonitorContext,
): Promise<string> {
  try {
    return await selectProvider(wanted, context);
  } catch (error) {
    if (!(error instanceof DefaultProviderDenied)) throw error;
    const urn = urnOf(resource, context);
    context.fail(urn, error.messageFor(urn));
    throw new DeploymentStopped();
  }
}

function urnOf(
  { parent, type, name }: { readonly parent: string; readonly type: string; readonly name: string },
  context: MonitorContext,
): string {
  const { stack, project } = context.info();
  return createUrn({ stack, project, parent, type, name });
}

/** Components answer with nothing: their recorded outputs may name resources that are not registered yet. */
function toResponse({ state, result, unknown, stableKeys }: Registration): RegisterResponse {
  const told = state.custom && result === "success";
  return {
    urn: state.urn,
    id: state.custom ? state.id : "",
    outputs: told ? state.outputs : {},
    stableKeys,
    propertyDependencies: {},
    result,
    unknown,
  };
}
