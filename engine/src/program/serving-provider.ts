import { EngineError, messageOf } from "../errors.ts";
import type { ProviderRegistry } from "../execute/goal.ts";
import type { Provider } from "../providers/provider.ts";
import {
  checkReference,
  type ProviderRequest,
  type ProviderSources,
  requireProvider,
} from "./select-provider.ts";

interface Serving {
  readonly reference: string;
  /** Undefined while its configuration is not known. */
  readonly provider: Provider | undefined;
}

/** The provider that answers a function or a method. @throws EngineError where there is none */
export async function findServing(
  request: ProviderRequest,
  context: ProviderSources & { readonly registry: ProviderRegistry },
): Promise<Serving> {
  if (request.provider !== "") refuseMalformed(request.provider);
  const reference = await requireProvider(request, context);
  try {
    return { reference, provider: context.registry.get(reference) };
  } catch (error) {
    throw new EngineError(`unknown provider '${request.provider}' -> '${reference}'`, { cause: error });
  }
}

function refuseMalformed(reference: string): void {
  try {
    checkReference(reference);
  } catch (error) {
    throw new EngineError(`getProviderFromSource: ${messageOf(error)}`, { cause: error });
  }
}
