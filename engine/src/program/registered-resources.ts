import type { RegisterRequest } from "../protocol/monitor.ts";

/** What a registered resource hands down to its children. */
export interface Inheritance {
  readonly custom: boolean;
  /** The provider it was given or uses; "" = none. */
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
  /** A component's providers by package, its ancestors' included. */
  readonly providers: { readonly [pkg: string]: string };
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

/** The options of a request after what it inherits from its parent. */
export interface InheritedOptions {
  readonly provider: string;
  readonly providers: { readonly [pkg: string]: string };
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deletedWith: string;
}

/** Fills the gaps in a request's options from its parent. */
export function inheritOptions(request: RegisterRequest, parent: Inheritance | undefined): InheritedOptions {
  const isComponent = !request.custom;
  const ofParent = isComponent ? (parent?.providers ?? {}) : {};
  return {
    provider: request.provider || inheritedProvider(request, parent),
    providers: { ...ofParent, ...request.providers },
    protect: request.protect ?? parent?.protect ?? false,
    retainOnDelete: request.retainOnDelete ?? parent?.retainOnDelete ?? false,
    deletedWith: request.deletedWith || (parent?.deletedWith ?? ""),
  };
}

function inheritedProvider(request: RegisterRequest, parent: Inheritance | undefined): string {
  if (parent === undefined || parent.provider === "") return "";
  const ofSamePackage = packageOfReference(parent.provider) === packageOfType(request.type);
  return !request.custom || ofSamePackage ? parent.provider : "";
}

/** The package of a type or function token: what comes before the first colon. */
export function packageOfType(token: string): string {
  return token.slice(0, Math.max(token.indexOf(":"), 0));
}

/** The package that a provider reference is for. */
export function packageOfReference(reference: string): string {
  return /pulumi:providers:([^:]*)::/.exec(reference)?.[1] ?? "";
}
