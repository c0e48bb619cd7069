import type { Alias } from "../execute/goal.ts";
import type { ErrorHook, ResourceHook } from "../execute/hook-registry.ts";
import type { CheckFailure } from "../providers/provider.ts";
import type { HookNames } from "./hook-binding.ts";
import type { PropertyMap, PropertyValue } from "./property-value.ts";

/** Lists of URNs by property. */
export type DependencyMap = { readonly [property: string]: readonly string[] };

/** Which plugin a request wants where it names no provider. */
export interface PackageRequest {
  readonly version: string;
  readonly pluginDownloadURL: string;
  /** Platform -> hex digest. */
  readonly checksums: { readonly [platform: string]: string };
  /** From an earlier RegisterPackage; wins over the other fields. */
  readonly packageRef: string;
}

/** A place in the program's sources, as the SDK reports it. */
export interface SourcePosition {
  readonly uri: string;
  readonly line: number;
  /** 0 = not known. */
  readonly column: number;
}

export interface SourceTrace {
  readonly position: SourcePosition | undefined;
  /** undefined = a frame that the SDK could not place. */
  readonly frames: readonly (SourcePosition | undefined)[];
  /** Stands for the trace of the call that a plugin is at work on. */
  readonly handle?: string;
}

/** Go duration strings; "" = not said. */
export interface TimeoutRequest {
  readonly create: string;
  readonly update: string;
  readonly delete: string;
  readonly read: string;
}

/** `RegisterResource`, decoded. `undefined` fields were not said by the program. */
export interface RegisterRequest {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly custom: boolean;
  readonly remote: boolean;
  readonly inputs: PropertyMap;
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly deleteBeforeReplace: boolean | undefined;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: DependencyMap;
  readonly provider: string;
  readonly providers: { readonly [pkg: string]: string };
  readonly package: PackageRequest;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly hideDiff: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly Alias[];
  readonly importId: string;
  readonly customTimeouts: TimeoutRequest;
  readonly deletedWith: string;
  readonly replaceWith: readonly string[];
  readonly replacementTrigger: PropertyValue | undefined;
  readonly resourceHooks: HookNames;
  /** The resource's own, in the order in which they run. */
  readonly transforms: readonly Transform[];
  readonly envVarMappings: { readonly [name: string]: string };
  readonly source: SourceTrace;
  readonly supportsPartialValues: boolean;
  readonly supportsResultReporting: boolean;
}

/** Changes a registration before anything else is made of it. */
export type Transform = (request: RegisterRequest) => Promise<RegisterRequest>;

/** The answer to `RegisterResource`. */
export interface RegisterResponse {
  readonly urn: string;
  /** "" = a component, or not known yet. */
  readonly id: string;
  readonly outputs: PropertyMap;
  readonly stableKeys: readonly string[];
  /** Only for remote components. */
  readonly propertyDependencies: DependencyMap;
  readonly result: "success" | "fail" | "skip";
  readonly unknown: boolean;
}

/** `ReadResource`, decoded. */
export interface ReadRequest {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly dependencies: readonly string[];
  readonly provider: string;
  readonly package: PackageRequest;
  readonly additionalSecretOutputs: readonly string[];
  readonly source: SourceTrace;
}

export interface ReadResponse {
  readonly urn: string;
  readonly outputs: PropertyMap;
  readonly result: "success" | "fail" | "skip";
  readonly unknown: boolean;
}

/** `ExistsResource`, decoded. */
export interface ExistsRequest {
  readonly type: string;
  readonly id: string;
  readonly parent: string;
  readonly inputs: PropertyMap;
  readonly provider: string;
  readonly package: PackageRequest;
}

export interface ExistsResponse {
  readonly exists: boolean;
  /** True where it cannot be known yet. */
  readonly unknown: boolean;
}

/** The function that describes a resource of the run to whoever holds a reference to it. */
export const GET_RESOURCE = "pulumi:pulumi:getResource";

/** `Invoke`, decoded. */
export interface FunctionRequest {
  readonly token: string;
  readonly args: PropertyMap;
  /** The resource on whose behalf the function is called, for its providers; or "". */
  readonly parent: string;
  readonly provider: string;
  readonly package: PackageRequest;
  readonly dependsOn: readonly string[];
}

export interface FunctionResponse {
  readonly result: PropertyMap;
  readonly failures: readonly CheckFailure[];
  /** True where the answer cannot be known yet. */
  readonly unknown: boolean;
}

/** Changes a call of a function before it is made. */
export type InvokeTransform = (request: FunctionRequest) => Promise<FunctionRequest>;

/** `Call`, decoded. */
export interface MethodRequest {
  readonly token: string;
  readonly args: PropertyMap;
  readonly argDependencies: DependencyMap;
  readonly provider: string;
  readonly package: PackageRequest;
  readonly source: SourceTrace;
}

export interface MethodResponse {
  readonly result: PropertyMap;
  readonly resultDependencies: DependencyMap;
  readonly failures: readonly CheckFailure[];
}

/** `RegisterPackage`, decoded. */
export interface PackageDescription {
  readonly name: string;
  readonly version: string;
  readonly pluginDownloadURL: string;
  readonly checksums: { readonly [platform: string]: string };
  readonly parameterization: Parameter | undefined;
  /** The package adds to what the plugin is, and does not take its place. */
  readonly extension: Parameter | undefined;
}

/** What makes a plugin serve another package. */
export interface Parameter {
  readonly name: string;
  readonly version: string;
  readonly value: Uint8Array;
}

/** What a program asks of the engine, one function a call of `pulumirpc.ResourceMonitor`. */
export interface Monitor {
  register(request: RegisterRequest): Promise<RegisterResponse>;
  registerOutputs(urn: string, outputs: PropertyMap): Promise<void>;
  read(request: ReadRequest): Promise<ReadResponse>;
  exists(request: ExistsRequest): Promise<ExistsResponse>;
  invoke(request: FunctionRequest): Promise<FunctionResponse>;
  call(request: MethodRequest): Promise<MethodResponse>;
  /** Gives a reference for `PackageRequest.packageRef`. */
  registerPackage(description: PackageDescription): Promise<string>;
  /** A transform of every resource that registers from now on. */
  registerStackTransform(transform: Transform): Promise<void>;
  /** A transform of every function call from now on. */
  registerStackInvokeTransform(transform: InvokeTransform): Promise<void>;
  registerResourceHook(hook: ResourceHook): Promise<void>;
  registerErrorHook(hook: ErrorHook): Promise<void>;
  /** The program is done; settles when it may end. */
  waitForShutdown(): Promise<void>;
}
