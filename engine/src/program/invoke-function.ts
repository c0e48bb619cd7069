import { EngineError } from "../errors.ts";
import type { Deployment } from "../execute/goal.ts";
import type { FunctionRequest, FunctionResponse } from "../protocol/monitor.ts";
import { computed, containsUnknowns, type PropertyMap } from "../protocol/property-value.ts";
import { downgradeOutputs } from "../protocol/property-walk.ts";
import { applyInvokeTransforms } from "./apply-transforms.ts";
import { DefaultProviderDenied } from "./default-provider-denied.ts";
import { extendProvider } from "./extend-provider.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { namedProvider, selectProvider } from "./select-provider.ts";

const GET_RESOURCE = "pulumi:pulumi:getResource";

/** Calls a provider's function; one that must wait for resources without an id has an unknown answer. */
export async function invokeFunction(
  asked: FunctionRequest,
  context: MonitorContext,
): Promise<FunctionResponse> {
  const named = namedProvider({ ...asked, providers: {} }, context.resources);
  const request = await applyInvokeTransforms({ ...asked, provider: named }, context.invokeTransforms);
  const { token, dependsOn } = request;
  const wanted = { ...request, providers: {}, parent: "" };
  const reference = await selectProvider(wanted, context).catch((error: unknown) => {
    throw error instanceof DefaultProviderDenied ? new EngineError(error.messageFor(token)) : error;
  });
  await extendProvider(reference, request.package, context);
  if (await context.settled.lacksAny(dependsOn)) {
    return { result: {}, failures: [], unknown: true };
  }
  const args = downgradeOutputs(request.args);
  if (Object.values(args).some(containsUnknowns)) return { result: {}, failures: [], unknown: true };
  if (token === GET_RESOURCE) return known(describeResource(args, context.deployment));
  const loaded = context.registry.get(reference);
  if (loaded === undefined) return known({});
  try {
    const answer = await loaded.invoke({ token, args, preview: context.deployment.preview });
    return { ...answer, unknown: false };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(`invocation of ${token} returned an error: ${reason}`, { cause: error });
  }
}

function known(result: PropertyMap): FunctionResponse {
  return { result, failures: [], unknown: false };
}

function describeResource(args: PropertyMap, deployment: Deployment): PropertyMap {
  const { urn } = args;
  const state = typeof urn === "string" ? deployment.findResource(urn) : undefined;
  if (state === undefined) throw new EngineError(`unknown resource ${String(urn)}`);
  return {
    urn: state.urn,
    id: state.custom && state.id === "" ? computed : state.id,
    provider: state.provider,
    state: state.outputs,
  };
}
