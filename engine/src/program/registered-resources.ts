import type { RegisterRequest } from "../protocol/monitor.ts";

/** What a registered resource hands down to its children. */
export interface Inheritance {
  readonly custom: boolean;
  /** The provider that manages it; "" = none, as for components. */
  readonly provider: string;
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly deletedWith: string;
  /** A component's providers by package, its ancestors' included. */
  readonly providers: { readonly [pkg: string]: string };
}

/** What a registration that uses `provider` hands down, and no more of it: it is kept for the whole run. */
export function inheritanceOf(request: RegisterRequest, provider: string): Inheritance {
  const { custom, protect, retainOnDelete, deletedWith } = request;
  const providers = custom ? {} : request.providers;
  return { custom, provider, protect, retainOnDelete, deletedWith, providers };
}

/** The resources registered so far in one run, by URN. */
export interface RegisteredResources {
  find(urn: string): Inheritance | undefined;
  add(urn: string, resource: Inheritance): void;
}

export function createRegisteredResources(): RegisteredResources {
  const resources = new Map<string, Inheritance>();
  return {
    find: (urn) => resources.get(urn),
    add: (urn, resource) => {
      resources.set(urn, resource);
    },
  };
}

/** Fills the gaps in a request's options from its parent. */
export function inheritOptions(request: RegisterRequest, parent: Inheritance | undefined): RegisterRequest {
  if (parent === undefined) return request;
  return {
    ...request,
    provider: request.provider || inheritedProvider(request, parent),
    protect: request.protect ?? parent.protect,
    retainOnDelete: request.retainOnDelete ?? parent.retainOnDelete,
    deletedWith: request.deletedWith || parent.deletedWith,
  };
}

function inheritedProvider({ custom, remote, type }: RegisterRequest, { provider }: Inheritance): string {
  if (provider === "") return "";
  const isLocalComponent = !custom && !remote;
  return isLocalComponent || packageOfReference(provider) === packageOfType(type) ? provider : "";
}

/** A component passes on its parent's providers together with its own. */
export function inheritProviders(request: RegisterRequest, parent: Inheritance | undefined): RegisterRequest {
  if (request.custom || parent === undefined) return request;
  return { ...request, providers: { ...parent.providers, ...request.providers } };
}

/** The package of a type or function token: what comes before the first colon. */
export function packageOfType(token: string): string {
  return token.slice(0, Math.max(token.indexOf(":"), 0));
}

/** The package that a provider reference is for. */
export function packageOfReference(reference: string): string {
  return /pulumi:providers:([^:]*)::/.exec(reference)?.[1] ?? "";
}
