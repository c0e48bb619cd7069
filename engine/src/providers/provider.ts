import type { Alias } from "../execute/goal.ts";
import type { PropertyMap, PropertyValue } from "../protocol/property-value.ts";
import type { HookPhase } from "../state/resource.ts";
import type { OwnedViews } from "./views.ts";

/**
 * The provider contract: what `pulumirpc.ResourceProvider` says, typed. Plugin processes (plugin.ts) and
 * in-process adapters (random/, docker/, …) implement it alike; the engine cannot tell them apart.
 *
 * Failures are thrown as `ProviderError`; a partially created or updated object is `PartialFailure`.
 * Unknowns (`Computed`) occur only while previewing.
 */
export interface Provider {
  /** The package, for example `random`. */
  readonly pkg: string;
  checkConfig(request: CheckConfigRequest): Promise<CheckResult>;
  diffConfig(request: DiffConfigRequest): Promise<DiffResult>;
  configure(request: ConfigureRequest): Promise<ProviderCapabilities>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  update(request: UpdateRequest): Promise<UpdateResult>;
  delete(request: DeleteRequest): Promise<void>;
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** What became of a create whose answer was never heard. Absent where the provider cannot tell. */
  findInterrupted?(request: FindInterruptedRequest): Promise<InterruptedCreate>;
  /** What another tool's names are called here; undefined where it does not know. Absent where it knows of no tool. */
  mapping?(request: MappingRequest): Promise<Uint8Array | undefined>;
  /** Makes the provider serve the types of an extension, too. Absent where it has none. */
  parameterize?(extension: ParameterizeRequest): Promise<void>;
  /** Absent where the provider has no remote components / methods. */
  construct?(request: ConstructRequest): Promise<ConstructResult>;
  call?(request: CallRequest): Promise<CallResult>;
  /** Asks running operations to end early. Never throws. */
  cancel(): Promise<void>;
  /** Ends the provider and whatever process it has. Never throws. */
  close(): Promise<void>;
}

export interface MappingRequest {
  /** The other tool, for example `terraform`. */
  readonly key: string;
  /** What that tool calls the provider. */
  readonly source: string;
}

/** An extension package: what the provider becomes with `value`, besides what it is. */
export interface ParameterizeRequest {
  readonly name: string;
  readonly version: string;
  readonly value: Uint8Array;
}

export interface ProviderCapabilities {
  readonly acceptSecrets: boolean;
  readonly acceptResources: boolean;
  readonly acceptOutputs: boolean;
  /** Strings that are not UTF-8. @default false */
  readonly acceptByteStrings?: boolean;
  /** Whether create and update may be called with `preview`. */
  readonly supportsPreview: boolean;
  readonly supportsAutonaming: boolean;
}

export interface CheckFailure {
  /** "" where the failure is about the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures: readonly CheckFailure[];
  /** True where `autonaming` was asked for and the provider knows nothing of it. */
  readonly ignoresAutonaming?: boolean;
}

export interface CheckConfigRequest {
  readonly urn: string;
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  readonly preview: boolean;
}

export interface DiffConfigRequest {
  readonly urn: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

export interface ConfigureRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** The id of the provider resource; "" while previewing. */
  readonly id: string;
  readonly inputs: PropertyMap;
}

export type Autonaming =
  | { readonly mode: "propose"; readonly name: string }
  | { readonly mode: "enforce"; readonly name: string }
  | { readonly mode: "disabled" };

export interface CheckRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** Old inputs; `{}` where there are none. */
  readonly olds: PropertyMap;
  readonly news: PropertyMap;
  /** 32 bytes; equal seeds give equal automatic names. */
  readonly randomSeed: Uint8Array;
  readonly autonaming: Autonaming | undefined;
  readonly preview: boolean;
}

export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface PropertyDiff {
  readonly kind: DiffKind;
  /** True where the difference is between old and new inputs, false where between old outputs and new inputs. */
  readonly inputDiff: boolean;
}

export interface DiffResult {
  readonly changes: "unknown" | "none" | "some";
  readonly replaceKeys: readonly string[];
  readonly stableKeys: readonly string[];
  readonly changedKeys: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Property path -> difference; undefined where the provider gives none. */
  readonly detailedDiff: { readonly [path: string]: PropertyDiff } | undefined;
}

export interface DiffRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly newInputs: PropertyMap;
  readonly ignoreChanges: readonly string[];
}

/** A call that may tell of views. */
interface TellingRequest {
  /** Absent where nobody keeps views. */
  readonly views?: OwnedViews | undefined;
}

export interface CreateRequest extends TellingRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly inputs: PropertyMap;
  /** Seconds; 0 = the provider's default. */
  readonly timeout: number;
  readonly preview: boolean;
}

export interface CreateResult {
  /** "" only while previewing. */
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly refreshBeforeUpdate?: boolean;
}

export interface UpdateRequest extends DiffRequest, TellingRequest {
  readonly timeout: number;
  readonly preview: boolean;
}

export interface UpdateResult {
  readonly outputs: PropertyMap;
  readonly refreshBeforeUpdate?: boolean;
}

export interface DeleteRequest extends TellingRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly timeout: number;
}

export interface ReadRequest extends TellingRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly id: string;
  /** Recorded inputs and outputs; those that the program says for a `get`, `{}` for an import. */
  readonly inputs: PropertyMap;
  readonly state: PropertyMap;
  readonly timeout: number;
  /** True for an import: nobody has said anything about the object yet. @default false */
  readonly importing?: boolean;
}

/** A live object. `inputs` undefined where the provider does not compute them. */
export interface ReadResult {
  /** "" where the provider does not say it: the one that was asked for, or, of a recorded object, that it is gone. */
  readonly id: string;
  readonly inputs: PropertyMap | undefined;
  readonly outputs: PropertyMap;
  readonly refreshBeforeUpdate?: boolean;
}

/** A create that was begun and not heard of again. */
export interface FindInterruptedRequest {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly inputs: PropertyMap;
  /** False lets the provider clear away what was made in part and is of no use to anyone. */
  readonly preview: boolean;
}

export type InterruptedCreate =
  /** It happened; `outputs` are those that the create would have answered with. */
  | { readonly kind: "found"; readonly id: string; readonly outputs: PropertyMap }
  /** Nothing is there, or what is there becomes this resource by creating it again. */
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

export interface InvokeRequest {
  readonly token: string;
  readonly args: PropertyMap;
  readonly preview: boolean;
}

export interface InvokeResult {
  readonly result: PropertyMap;
  readonly failures: readonly CheckFailure[];
}

export interface RunInfo {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  readonly dryRun: boolean;
  readonly parallel: number;
  /** `host:port` of the resource monitor. */
  readonly monitorEndpoint: string;
  /** What is registered for a call carries its trace on, where it names this; absent = none. */
  readonly stackTraceHandle?: string;
}

export interface ConstructRequest {
  readonly info: RunInfo;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly inputDependencies: { readonly [property: string]: readonly string[] };
  readonly protect: boolean | undefined;
  readonly providers: { readonly [pkg: string]: string };
  readonly aliases: readonly Alias[];
  readonly dependencies: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** As the program says them: Go durations; "" where it says none. */
  readonly customTimeouts: { readonly [operation in "create" | "update" | "delete" | "read"]: string };
  readonly deletedWith: string;
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly retainOnDelete: boolean | undefined;
  readonly replaceWith: readonly string[];
  readonly replacementTrigger: PropertyValue | undefined;
  /** Names of hooks by phase. */
  readonly resourceHooks: { readonly [phase in HookPhase]?: readonly string[] };
}

export interface ConstructResult {
  readonly urn: string;
  readonly outputs: PropertyMap;
  readonly outputDependencies: { readonly [property: string]: readonly string[] };
}

export interface CallRequest {
  readonly info: RunInfo;
  readonly token: string;
  readonly args: PropertyMap;
  readonly argDependencies: { readonly [property: string]: readonly string[] };
}

export interface CallResult {
  readonly result: PropertyMap;
  readonly resultDependencies: { readonly [property: string]: readonly string[] };
  readonly failures: readonly CheckFailure[];
}

/** What is there after a call that failed in part. */
export interface PartialObject {
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap | undefined;
  readonly reasons: readonly string[];
  /** @default false */
  readonly refreshBeforeUpdate?: boolean;
  /** What people are told. @default "reasons" */
  readonly told?: "reasons" | "message";
}

/** The object exists but is not ready, or an update was applied in part: it must be recorded with `reasons`. */
export class PartialFailure extends Error implements PartialObject {
  override name = "PartialFailure";
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly inputs: PropertyMap | undefined;
  readonly reasons: readonly string[];
  readonly refreshBeforeUpdate: boolean;
  readonly told: "reasons" | "message";
  constructor(message: string, object: PartialObject) {
    super(message);
    this.told = object.told ?? "reasons";
    this.id = object.id;
    this.outputs = object.outputs;
    this.inputs = object.inputs;
    this.reasons = object.reasons;
    this.refreshBeforeUpdate = object.refreshBeforeUpdate ?? false;
  }

  /** The same failure, told otherwise or of an object that more is known of. */
  with(changes: Partial<PartialObject>, message = this.message): PartialFailure {
    const { id, outputs, inputs, reasons, refreshBeforeUpdate, told } = this;
    return new PartialFailure(message, {
      ...{ id, outputs, inputs, reasons, refreshBeforeUpdate, told },
      ...changes,
    });
  }
}

/** Which provider is wanted. `version` without a leading v, "" = any. */
export interface ProviderSpec {
  readonly pkg: string;
  readonly version: string;
  readonly pluginDownloadURL: string;
  readonly checksums: { readonly [platform: string]: PropertyValue };
  readonly parameterization:
    | { readonly name: string; readonly version: string; readonly value: Uint8Array }
    | undefined;
  /** The value of one environment variable, where it is set, is given to the provider as another. @default none */
  readonly envVarMappings?: { readonly [from: string]: string };
}

/** Makes providers: in-process adapters first, then plugin processes. One new instance a call. */
export interface ProviderHost {
  /** This will probably be loaded soon: what takes time can begin. Tells nothing and never fails. @default waits for `load` */
  expect?(spec: ProviderSpec): void;
  /** @throws UserError `plugin-not-found` naming the package, the version and how to get it. */
  load(spec: ProviderSpec): Promise<Provider>;
  /** Ends everything that was loaded. */
  close(): Promise<void>;
}
