import { EngineError } from "../errors.ts";
import { findReferenceProblem } from "../plan/urn.ts";
import type { PackageRequest } from "../protocol/monitor.ts";
import type { PackageSpec } from "../providers/plugin-inputs.ts";
import { DefaultProviderDenied } from "./default-provider-denied.ts";
import type { DefaultProviders } from "./default-providers.ts";
import type { Packages } from "./packages.ts";
import { packageOfType, type RegisteredResources } from "./registered-resources.ts";

/** What is known when a provider is to be found for a resource or a function. */
export interface ProviderRequest {
  /** The type or function token. */
  readonly token: string;
  /** The explicit provider, or "". */
  readonly provider: string;
  /** The request's own providers by package. */
  readonly providers: { readonly [pkg: string]: string };
  /** A URN, or "". */
  readonly parent: string;
  readonly package: PackageRequest;
}

export interface ProviderSources {
  readonly resources: RegisteredResources;
  readonly packages: Packages;
  readonly defaultProviders: DefaultProviders;
}

/**
 * Finds the provider of a resource or function: the one it names, else its own or its component parent's
 * provider for the package, else the package's default provider.
 * @throws DefaultProviderDenied
 */
export async function selectProvider(request: ProviderRequest, sources: ProviderSources): Promise<string> {
  const named = namedProvider(request, sources.resources);
  if (named !== "") return checkReference(named);
  const pkg = packageOfType(request.token);
  return defaultProvider(await sources.packages.resolve(pkg, request.package), sources.defaultProviders);
}

/** As `selectProvider`. Where the default provider is forbidden, the call alone is refused, with `refusal`. */
export async function requireProvider(
  request: ProviderRequest,
  sources: ProviderSources,
  refusal = (denied: DefaultProviderDenied): string => denied.messageFor(request.token),
): Promise<string> {
  return selectProvider(request, sources).catch((error: unknown) => {
    throw error instanceof DefaultProviderDenied ? new EngineError(refusal(error)) : error;
  });
}

/** The reference itself. @throws EngineError where it is malformed */
export function checkReference(reference: string): string {
  const problem = findReferenceProblem(reference);
  if (problem === undefined) return reference;
  throw new EngineError(`could not parse provider reference: ${problem}`);
}

/** The provider that a resource or function names, or that its component parent has for the package; else "". */
export function namedProvider(
  { token, provider, providers, parent }: Omit<ProviderRequest, "package">,
  resources: RegisteredResources,
): string {
  if (provider !== "") return provider;
  const pkg = packageOfType(token);
  return providers[pkg] ?? resources.find(parent)?.providers[pkg] ?? "";
}

async function defaultProvider(spec: PackageSpec, defaultProviders: DefaultProviders): Promise<string> {
  if (defaultProviders.isDenied(spec.pkg)) throw new DefaultProviderDenied(spec.pkg);
  return defaultProviders.get(spec);
}
