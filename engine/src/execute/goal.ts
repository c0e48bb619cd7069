import type { PropertyMap, PropertyValue } from "../protocol/property-value.ts";
import type { Provider } from "../providers/provider.ts";
import type { Extension } from "../state/extensions.ts";
import type { CustomTimeouts, HookPhase, ResourceState } from "../state/resource.ts";
import type { HookRegistry } from "./hook-registry.ts";

/** One way a resource was named before. An absent field means: as it is now. */
export type Alias =
  | { readonly kind: "urn"; readonly urn: string }
  | {
      readonly kind: "spec";
      readonly name: string | undefined;
      readonly type: string | undefined;
      readonly stack: string | undefined;
      readonly project: string | undefined;
      /** A URN, "none" for no parent, undefined for the present parent. */
      readonly parent: { readonly urn: string } | "none" | undefined;
    };

/**
 * What the program asked for, after inheritance from the parent, provider selection and transforms:
 * the source (../program) has done all that, and the deployment (this folder) decides and acts.
 */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: PropertyMap;
  /** A URN, or "". */
  readonly parent: string;
  /** A provider reference `urn::id`; "" for components and provider resources. */
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: { readonly [property: string]: readonly string[] };
  readonly aliases: readonly Alias[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** undefined = not said by the program: the provider decides. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly hideDiff: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly customTimeouts: CustomTimeouts;
  /** "" = not an import. */
  readonly importId: string;
  readonly deletedWith: string;
  readonly replaceWith: readonly string[];
  readonly replacementTrigger: PropertyValue | undefined;
  readonly resourceHooks: { readonly [phase in HookPhase]?: readonly string[] };
  /** What its provider was extended with to serve it, and by which reference that is recorded. @default none */
  readonly extension?: { readonly ref: string; readonly extension: Extension };
  readonly sourcePosition: string;
  readonly stackTrace: readonly { readonly sourcePosition: string }[];
}

/** What became of a registration. */
export interface Registration {
  /** The new state; in previews outputs may hold unknowns and `id` may be "". */
  readonly state: ResourceState;
  readonly result: "success" | "fail" | "skip";
  /** True where the resource was skipped, so that its outputs are not known. */
  readonly unknown: boolean;
  /** Output keys that an update is known not to change. */
  readonly stableKeys: readonly string[];
}

/** A `ReadResource` request: an object that exists already and is not managed. */
export interface ReadGoal {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly provider: string;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly sourcePosition: string;
  readonly stackTrace: readonly { readonly sourcePosition: string }[];
}

/** Why the deployment will take no more registrations. RPCs in flight answer gRPC UNAVAILABLE. */
export class DeploymentStopped extends Error {
  override name = "DeploymentStopped";
}

/**
 * The deployment as the source sees it. Every call resolves after the state is durable.
 * A call rejects with `DeploymentStopped` when the deployment was cancelled, a step failed, or the registration itself
 * is wrong (duplicate URN, missing parent, …); people were told why. Any other error goes to the program.
 */
export interface Deployment {
  readonly preview: boolean;
  /** Where the program's hooks are registered; goals refer to them by name. */
  readonly hooks: HookRegistry;
  register(goal: Goal): Promise<Registration>;
  registerOutputs(urn: string, outputs: PropertyMap): Promise<void>;
  read(goal: ReadGoal): Promise<Registration>;
  /** A resource registered or read earlier in this run. */
  findResource(urn: string): ResourceState | undefined;
}

/** The providers of one operation, by reference; also the provider *of* provider resources. */
export interface ProviderRegistry {
  /** The recorded provider will probably be used in this run. */
  expect(state: ResourceState): void;
  /** A configured provider. @throws UserError when the reference is unknown. `undefined` = its configuration is not known yet (preview). */
  get(reference: string): Provider | undefined;
  /** Loads and configures the provider a recorded state describes, with its recorded inputs, unless it is there. */
  ensure(state: ResourceState): Promise<void>;
  /** check/diff/create/update/delete of `pulumi:providers:*` resources. */
  readonly providerOfProviders: Provider;
  /** Registers an unchanged provider resource (step `same`) so that `get` finds it. */
  same(state: ResourceState): Promise<void>;
  /** Makes a configured provider serve an extension, once. While its configuration is not known nothing happens. */
  extend(reference: string, extension: Extension): Promise<void>;
  /** The provider once called `oldUrn` is now `newUrn`. */
  alias(oldUrn: string, newUrn: string): void;
  /** Asks every provider to cancel. */
  cancel(): Promise<void>;
}
