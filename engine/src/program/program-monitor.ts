import { Status } from "../grpc/status.ts";
import { isProviderType } from "../plan/urn.ts";
import type { Monitor, ReadRequest, ReadResponse } from "../protocol/monitor.ts";
import { downgradeOutputs } from "../protocol/property-walk.ts";
import { callMethod } from "./call-method.ts";
import { checkUrn } from "./check-options.ts";
import type { DefaultProviderDenied } from "./default-provider-denied.ts";
import { existsResource } from "./exists-resource.ts";
import { extendProvider } from "./extend-provider.ts";
import { hashAssets } from "./hash-assets.ts";
import { invokeFunction } from "./invoke-function.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { registerResource } from "./register-resource.ts";
import { requireProvider } from "./select-provider.ts";
import { recordSource } from "./source-position.ts";
import { checkTypeToken } from "./type-token.ts";

/** Answers a program's calls: fills in what its requests leave open, and hands goals to the deployment. */
export function createProgramMonitor(context: MonitorContext): Monitor {
  const { deployment, transforms, invokeTransforms, traces } = context;
  return {
    register: (request) => registerResource(traces.complete(request), context),
    read: (request) => read(traces.complete(request), context),
    exists: (request) => existsResource(request, context),
    invoke: (request) => invokeFunction(request, context),
    call: (request) => callMethod(traces.complete(request), context),
    async registerOutputs(urn, outputs) {
      checkUrn(urn, "resource URN", Status.UNKNOWN);
      const plain = await hashAssets(downgradeOutputs(outputs), context.directory);
      await deployment.registerOutputs(urn, plain);
    },
    registerPackage: async (description) => context.packages.register(description),
    registerStackTransform: async (transform) => transforms.addStackTransform(transform),
    async registerStackInvokeTransform(transform) {
      invokeTransforms.push(transform);
    },
    registerResourceHook: async (hook) => deployment.hooks.add(hook),
    registerErrorHook: async (hook) => deployment.hooks.addErrorHook(hook),
    waitForShutdown: context.waitForShutdown,
  };
}

async function read(request: ReadRequest, context: MonitorContext): Promise<ReadResponse> {
  checkTypeToken(request.type);
  const { type, name, id, parent, dependencies, additionalSecretOutputs } = request;
  if (parent !== "") checkUrn(parent, "parent URN");
  for (const urn of dependencies) checkUrn(urn, "dependency");
  const wanted = { ...request, token: type, providers: {}, parent: "" };
  // The official engine names the type where the package is meant.
  const refusal = (denied: DefaultProviderDenied) => denied.messageFor(type, type);
  const isNamed = isProviderType(type) || request.provider !== "";
  const provider = isNamed ? request.provider : await requireProvider(wanted, context, refusal);
  await extendProvider(provider, request.package, context);
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
  context.settled.add(state.urn, parent, { custom: true, isThere: true });
  return { urn: state.urn, outputs: state.outputs, result, unknown };
}
