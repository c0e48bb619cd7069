import { createUrn } from "../plan/urn.ts";
import type { ExistsRequest, ExistsResponse } from "../protocol/monitor.ts";
import { containsUnknowns } from "../protocol/property-value.ts";
import { downgradeOutputs } from "../protocol/property-walk.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import { hashAssets } from "./hash-assets.ts";
import type { MonitorContext } from "./monitor-context.ts";
import { requireProvider } from "./select-provider.ts";
import { checkTypeToken } from "./type-token.ts";

/** Asks a provider whether an object is there, without reading it into the state; in previews, too. */
export async function existsResource(
  request: ExistsRequest,
  context: MonitorContext,
): Promise<ExistsResponse> {
  const { type, id, parent } = request;
  checkTypeToken(type);
  const reference = await requireProvider({ ...request, token: type, providers: {} }, context);
  const provider = context.registry.get(reference);
  const inputs = await hashAssets(downgradeOutputs(request.inputs), context.directory);
  const isKnown = id !== "" && id !== UNKNOWN_VALUE && !Object.values(inputs).some(containsUnknowns);
  if (provider === undefined || !isKnown) return { exists: false, unknown: true };
  const { stack, project } = context.info();
  // The object has no name in the program: its id stands for one.
  const urn = createUrn({ stack, project, parent, type, name: id });
  const found = await provider.read({ urn, name: id, type, id, inputs, state: inputs, timeout: 0 });
  return { exists: found !== undefined && found.id !== "", unknown: false };
}
