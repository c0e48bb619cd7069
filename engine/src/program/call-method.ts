import { EngineError } from "../errors.ts";
import { DeploymentStopped } from "../execute/goal.ts";
import { isProviderType, providerReference } from "../plan/urn.ts";
import type { MethodRequest, MethodResponse } from "../protocol/monitor.ts";
import {
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
} from "../protocol/property-value.ts";
import { upgradeToOutputs, withOutputDependencies } from "../protocol/property-walk.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import { checkArguments } from "./check-options.ts";
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { describeRefusal } from "./provider-refusal.ts";
import type { ProviderRequest } from "./select-provider.ts";
import { findServing } from "./serving-provider.ts";

/** Calls a method of a component or provider. While its provider is not configured, the answer is empty. */
export async function callMethod(request: MethodRequest, context: MonitorContext): Promise<MethodResponse> {
  const { token, argDependencies } = request;
  const { provider } = await findServing(methodProvider(request, context), context);
  checkArguments(argDependencies);
  if (provider === undefined) return { result: {}, resultDependencies: {}, failures: [] };
  const call = provider.call?.bind(provider);
  if (call === undefined) {
    throw new EngineError(`the provider of package '${provider.pkg}' has no methods: cannot call ${token}`);
  }
  const args = upgradeToOutputs(await hashAssets(request.args, context.directory));
  const asked = { token, args, argDependencies: withOutputDependencies(args, argDependencies) };
  const answer = await context.traces
    .during(request.source, (stackTraceHandle) =>
      call({ ...asked, info: { ...context.info(), stackTraceHandle } }),
    )
    .catch((error: unknown) => {
      context.fail("", `call to function '${token}' failed: ${describeRefusal(error, request.args)}`);
      throw new DeploymentStopped();
    });
  return { ...answer, resultDependencies: withOutputDependencies(answer.result, answer.resultDependencies) };
}

/** A method of a provider is answered by that provider; another, by the one that made the resource it belongs to. */
function methodProvider(request: MethodRequest, context: MonitorContext): ProviderRequest {
  const self = selfReference(request.args);
  const { token, package: wanted } = request;
  const type = token.slice(0, token.lastIndexOf("/"));
  const provider =
    self !== undefined && isProviderType(type)
      ? providerReference(self.urn, typeof self.id === "string" ? self.id : UNKNOWN_VALUE)
      : request.provider || providerOf(self, context);
  return { token, provider, providers: {}, parent: "", package: wanted };
}

/** What was read, not registered, does not know who made it. */
function providerOf(self: ResourceReference | undefined, { resources }: MonitorContext): string {
  if (self === undefined) return "";
  const resource = resources.find(self.urn);
  if (resource === undefined) throw new EngineError(`unknown resource ${self.urn}`);
  return resource.provider;
}

function selfReference(args: PropertyMap): ResourceReference | undefined {
  const self: PropertyValue | undefined = args["__self__"];
  const plain = self instanceof OutputValue ? self.value : self;
  return plain instanceof ResourceReference ? plain : undefined;
}
