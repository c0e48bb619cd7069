import { DeploymentStopped, type Registration } from "../execute/goal.ts";
import { createUrn, isProviderType } from "../plan/urn.ts";
import type {
  Monitor,
  ReadRequest,
  ReadResponse,
  RegisterRequest,
  RegisterResponse,
} from "../protocol/monitor.ts";
import { downgradeOutputs } from "../protocol/property-walk.ts";
import { buildGoal } from "./build-goal.ts";
import { callMethod } from "./call-method.ts";
import { constructComponent } from "./construct-component.ts";
import { DefaultProviderDenied } from "./default-provider-denied.ts";
import { hashAssets } from "./hash-assets.ts";
import { invokeFunction } from "./invoke-function.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { type InheritedOptions, inheritOptions } from "./registered-resources.ts";
import { type ProviderRequest, selectProvider } from "./select-provider.ts";
import { recordSource } from "./source-position.ts";
import { checkTypeToken } from "./type-token.ts";

/** Answers a program's calls: fills in what its requests leave open, and hands goals to the deployment. */
export function createProgramMonitor(context: MonitorContext): Monitor {
  return {
    register: (request) => register(request, context),
    read: (request) => read(request, context),
    invoke: (request) => invokeFunction(request, context),
    call: (request) => callMethod(request, context),
    async registerOutputs(urn, outputs) {
      const plain = await hashAssets(downgradeOutputs(outputs), context.directory);
      await context.deployment.registerOutputs(urn, plain);
    },
    registerPackage: async (description) => context.packages.register(description),
    waitForShutdown: context.waitForShutdown,
  };
}

async function register(request: RegisterRequest, context: MonitorContext): Promise<RegisterResponse> {
  if (request.custom || request.remote) checkTypeToken(request.type);
  const options = inheritOptions(request, context.resources.find(request.parent));
  const needsProvider = request.remote || (request.custom && !isProviderType(request.type));
  const provider = needsProvider
    ? await providerOf(request, { ...toProviderRequest(request), ...options }, context)
    : "";
  if (request.remote) return constructComponent(request, { provider, options }, context);
  const goal = await buildGoal(request, { provider, options }, context);
  remember(request, { provider: provider || options.provider, options }, context);
  return toResponse(await context.deployment.register(goal));
}

function toProviderRequest(request: RegisterRequest | ReadRequest): Omit<ProviderRequest, "providers"> {
  const { type, provider, parent } = request;
  return { token: type, provider, parent, package: request.package };
}

/** Known before the deployment answers: the program may name the resource as a parent as soon as it has its URN. */
function remember(
  request: RegisterRequest,
  chosen: { readonly provider: string; readonly options: InheritedOptions },
  context: MonitorContext,
): void {
  const { protect, retainOnDelete, deletedWith, providers } = chosen.options;
  const { provider } = chosen;
  const { custom } = request;
  const inheritance = { custom, provider, protect, retainOnDelete, deletedWith, providers };
  context.resources.add(urnOf(request, context), inheritance);
}

async function providerOf(
  request: RegisterRequest | ReadRequest,
  wanted: ProviderRequest,
  context: MonitorContext,
): Promise<string> {
  try {
    return await selectProvider(wanted, context);
  } catch (error) {
    if (!(error instanceof DefaultProviderDenied)) throw error;
    const urn = urnOf(request, context);
    context.fail(urn, error.messageFor(urn));
    throw new DeploymentStopped();
  }
}

function urnOf({ parent, type, name }: RegisterRequest | ReadRequest, context: MonitorContext): string {
  const { stack, project } = context.info();
  return createUrn({ stack, project, parent, type, name });
}

/** Components answer with nothing: their recorded outputs may name resources that are not registered yet. */
function toResponse({ state, result, unknown, stableKeys }: Registration): RegisterResponse {
  const told = state.custom && result === "success" && !unknown;
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

async function read(request: ReadRequest, context: MonitorContext): Promise<ReadResponse> {
  checkTypeToken(request.type);
  const { type, name, id, parent, dependencies, additionalSecretOutputs } = request;
  const provider = await providerOf(request, { ...toProviderRequest(request), providers: {} }, context);
  const { state, result, unknown } = await context.deployment.read({
    type,
    name,
    id,
    parent,
    provider,
    inputs: await hashAssets(downgradeOutputs(request.inputs), context.directory),
    dependencies,
    additionalSecretOutputs,
    ...recordSource(request.source, context.root),
  });
  return { urn: state.urn, outputs: state.outputs, result, unknown };
}
