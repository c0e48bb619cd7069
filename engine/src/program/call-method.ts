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
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { describeRefusal } from "./provider-refusal.ts";
import { selectProvider } from "./select-provider.ts";

/** Calls a method of a component or provider. While its provider is not configured, the answer is empty. */
export async function callMethod(request: MethodRequest, context: MonitorContext): Promise<MethodResponse> {
  const { token, argDependencies } = request;
  const provider = context.registry.get(await methodProvider(request, context));
  if (provider === undefined) return { result: {}, resultDependencies: {}, failures: [] };
  if (provider.call === undefined) {
    throw new EngineError(`the provider of package '${provider.pkg}' has no methods: cannot call ${token}`);
  }
  const args = upgradeToOutputs(await hashAssets(request.args, context.directory));
  const asked = { info: context.info(), token, args };
  const answer = await provider
    .call({ ...asked, argDependencies: withOutputDependencies(args, argDependencies) })
    .catch((error: unknown) => {
      context.fail("", `call to function '${token}' failed: ${describeRefusal(error, request.args)}`);
      throw new DeploymentStopped();
    });
  return { ...answer, resultDependencies: withOutputDependencies(answer.result, answer.resultDependencies) };
}

/** A method of a provider is answered by that provider; another, by the one that made the resource it belongs to. */
async function methodProvider(request: MethodRequest, context: MonitorContext): Promise<string> {
  const self = selfReference(request.args);
  const type = request.token.slice(0, request.token.lastIndexOf("/"));
  if (self !== undefined && isProviderType(type)) {
    return providerReference(self.urn, typeof self.id === "string" ? self.id : UNKNOWN_VALUE);
  }
  const own = self && context.resources.find(self.urn)?.provider;
  const { token, package: wanted } = request;
  const provider = request.provider || own || "";
  return selectProvider({ token, provider, providers: {}, parent: "", package: wanted }, context);
}

function selfReference(args: PropertyMap): ResourceReference | undefined {
  const self: PropertyValue | undefined = args["__self__"];
  const plain = self instanceof OutputValue ? self.value : self;
  return plain instanceof ResourceReference ? plain : undefined;
}
