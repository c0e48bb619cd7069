import { EngineError, messageOf } from "../errors.ts";
import type { Deployment } from "../execute/goal.ts";
import { type FunctionRequest, type FunctionResponse, GET_RESOURCE } from "../protocol/monitor.ts";
import { containsUnknowns, type PropertyMap } from "../protocol/property-value.ts";
import { downgradeOutputs } from "../protocol/property-walk.ts";
import { checkVersion } from "../semantic-version.ts";
import { applyInvokeTransforms } from "./apply-transforms.ts";
import { checkUrn, checkWaits } from "./check-options.ts";
import { extendProvider } from "./extend-provider.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { namedProvider } from "./select-provider.ts";
import { findServing } from "./serving-provider.ts";

/** Calls a provider's function; one that must wait for resources without an id has an unknown answer. */
export async function invokeFunction(
  asked: FunctionRequest,
  context: MonitorContext,
): Promise<FunctionResponse> {
  if (asked.parent !== "") checkUrn(asked.parent, "parent URN");
  const named = namedProvider({ ...asked, providers: {} }, context.resources);
  const request = await applyInvokeTransforms({ ...asked, provider: named }, context.invokeTransforms);
  const { token, dependsOn } = request;
  checkVersion(request.package.version);
  const wanted = { ...request, providers: {}, parent: "" };
  const { reference, provider } = await findServing(wanted, context).catch((error: unknown) => {
    throw new EngineError(`Invoke: ${messageOf(error)}`, { cause: error });
  });
  await extendProvider(reference, request.package, context);
  checkWaits(dependsOn);
  if (await context.settled.lacksAny(dependsOn)) {
    return { result: {}, failures: [], unknown: true };
  }
  const args = downgradeOutputs(request.args);
  if (Object.values(args).some(containsUnknowns)) return { result: {}, failures: [], unknown: true };
  try {
    if (token === GET_RESOURCE) return known(describeResource(args, context.deployment));
    if (provider === undefined) return known({});
    const answer = await provider.invoke({ token, args, preview: context.deployment.preview });
    return { ...answer, unknown: false };
  } catch (error) {
    throw new EngineError(`invocation of ${token} returned an error: ${messageOf(error)}`, { cause: error });
  }
}

function known(result: PropertyMap): FunctionResponse {
  return { result, failures: [], unknown: false };
}

/** An id that is not known yet is empty: SDKs take any other text for an id. */
function describeResource(args: PropertyMap, deployment: Deployment): PropertyMap {
  const { urn } = args;
  const state = typeof urn === "string" ? deployment.findResource(urn) : undefined;
  if (state === undefined) throw new EngineError(`unknown resource ${String(urn)}`);
  const { id, provider, outputs } = state;
  return { urn: state.urn, id, provider, state: outputs };
}
