import type { PropertyMap, PropertyValue } from "../protocol/property-value.ts";

/** Seconds; 0 or absent = the provider's default. */
export interface CustomTimeouts {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
  readonly read?: number;
}

export type HookPhase =
  | "BeforeCreate"
  | "AfterCreate"
  | "BeforeUpdate"
  | "AfterUpdate"
  | "BeforeDelete"
  | "AfterDelete"
  | "OnError";

/**
 * One resource as recorded in a checkpoint (ResourceV3 of Pulumi's apitype). Immutable; a step makes a new one.
 * Fields keep the names of the checkpoint. `id` is "" for components and for resources not created yet.
 */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly parent: string;
  /** Provider reference `urn::id`, or "" for components and provider resources. */
  readonly provider: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: { readonly [property: string]: readonly string[] };
  readonly protect: boolean;
  readonly external: boolean;
  /** True for the old copy of a replaced resource that is still to be deleted. */
  readonly delete: boolean;
  readonly pendingReplacement: boolean;
  readonly retainOnDelete: boolean;
  readonly taint: boolean;
  readonly initErrors: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** URNs this resource had before; kept only until the snapshot is normalised. */
  readonly aliases: readonly string[];
  readonly customTimeouts: CustomTimeouts;
  readonly importID: string;
  readonly deletedWith: string;
  readonly replaceWith: readonly string[];
  /** RFC 3339 UTC with nanoseconds, or "". */
  readonly created: string;
  readonly modified: string;
  readonly sourcePosition: string;
  readonly stackTrace: readonly { readonly sourcePosition: string }[];
  readonly ignoreChanges: readonly string[];
  readonly hideDiff: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly replacementTrigger: PropertyValue | undefined;
  readonly refreshBeforeUpdate: boolean;
  readonly viewOf: string;
  readonly resourceHooks: { readonly [phase in HookPhase]?: readonly string[] };
  /** Fields of the file that this engine does not know; they survive a round trip untouched. */
  readonly unknownFields: { readonly [name: string]: unknown };
}

export type PendingOperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: PendingOperationType;
}

/** How a stack's secrets are encrypted, as the checkpoint records it. */
export interface SecretsProviderRecord {
  readonly type: string;
  readonly state: unknown;
}

/** When and by which version a state was written. `magic` guards `version` against being edited; see integrity.ts. */
export interface Manifest {
  /** RFC 3339, or "" for a state that was never written. */
  readonly time: string;
  readonly magic: string;
  readonly version: string;
  /** Plugins in use, as older versions recorded them. */
  readonly plugins?: readonly unknown[];
}

/** A stack's recorded state in memory: providers before their users, parents before children. */
export interface Snapshot {
  readonly manifest: Manifest;
  readonly secretsProvider: SecretsProviderRecord | undefined;
  readonly resources: readonly ResourceState[];
  readonly pendingOperations: readonly PendingOperation[];
  readonly metadata: { readonly [name: string]: unknown };
  /** Top-level fields of the deployment that this engine does not know. */
  readonly unknownFields: { readonly [name: string]: unknown };
}

export const zeroState: Omit<ResourceState, "urn" | "type" | "custom"> = {
  id: "",
  inputs: {},
  outputs: {},
  parent: "",
  provider: "",
  dependencies: [],
  propertyDependencies: {},
  protect: false,
  external: false,
  delete: false,
  pendingReplacement: false,
  retainOnDelete: false,
  taint: false,
  initErrors: [],
  additionalSecretOutputs: [],
  aliases: [],
  customTimeouts: {},
  importID: "",
  deletedWith: "",
  replaceWith: [],
  created: "",
  modified: "",
  sourcePosition: "",
  stackTrace: [],
  ignoreChanges: [],
  hideDiff: [],
  replaceOnChanges: [],
  replacementTrigger: undefined,
  refreshBeforeUpdate: false,
  viewOf: "",
  resourceHooks: {},
  unknownFields: {},
};

/** Makes a resource state; every field not given has its zero value. */
export function resourceState(
  fields: Pick<ResourceState, "urn" | "type" | "custom"> & Partial<ResourceState>,
): ResourceState {
  return { ...zeroState, ...fields };
}

/** The snapshot of a stack that has never been updated. */
export function emptySnapshot(secretsProvider?: SecretsProviderRecord): Snapshot {
  return {
    manifest: { time: "", magic: "", version: "" },
    secretsProvider,
    resources: [],
    pendingOperations: [],
    metadata: {},
    unknownFields: {},
  };
}
