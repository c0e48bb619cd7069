import type {
  ExistsResourceRequest,
  ReadResourceRequest,
  RegisterPackageRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { StackTrace, SourcePosition as WirePosition } from "@pulumi/pulumi/proto/source_pb.js";
import type { Map as WireMap } from "google-protobuf";
import type { Alias } from "../execute/goal.ts";
import { decodeAlias } from "./alias-message.ts";
import { decodeHookBinding } from "./hook-binding.ts";
import type {
  DependencyMap,
  ExistsRequest,
  FunctionRequest,
  MethodRequest,
  PackageDescription,
  PackageRequest,
  Parameter,
  ReadRequest,
  RegisterRequest,
  SourcePosition,
  SourceTrace,
  TimeoutRequest,
} from "./monitor.ts";
import type { RemoteCallbacks } from "./remote-callbacks.ts";
import { decodeStruct, decodeValue } from "./wire.ts";
import { toHex, toRecord } from "./wire-map.ts";

/** Decodes `RegisterResource`. `legacyAliases`: the caller is a Node SDK from before alias specs. */
export function decodeRegister(
  request: RegisterResourceRequest,
  { legacyAliases, callbacks }: { legacyAliases: boolean; callbacks: RemoteCallbacks },
): RegisterRequest {
  const trigger = request.getReplacementTrigger();
  const isDeletedFirst = request.getDeletebeforereplace();
  // Without a spread: objects of one shape from the start.
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    inputs: decodeStruct(request.getObject()),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace:
      request.getDeletebeforereplacedefined() || isDeletedFirst ? isDeletedFirst : undefined,
    dependencies: request.getDependenciesList(),
    propertyDependencies: decodeDependencies(request.getPropertydependenciesMap()),
    provider: request.getProvider(),
    providers: toRecord(request.getProvidersMap(), (reference) => reference),
    package: decodePackage(request),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    hideDiff: request.getHidediffsList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: [
      ...request.getAliasurnsList().map((urn): Alias => ({ kind: "urn", urn })),
      ...request.getAliasesList().map((alias) => decodeAlias(alias, legacyAliases)),
    ],
    importId: request.getImportid(),
    customTimeouts: decodeTimeouts(request.getCustomtimeouts()),
    deletedWith: request.getDeletedwith(),
    replaceWith: request.getReplaceWithList(),
    replacementTrigger: trigger === undefined ? undefined : decodeValue(trigger),
    resourceHooks: decodeHookBinding(request.getHooks()),
    transforms: request.getTransformsList().map((callback) => callbacks.transform(callback)),
    envVarMappings: toRecord(request.getEnvvarmappingsMap(), (name) => name),
    source: decodeSource(request),
    supportsPartialValues: request.getSupportspartialvalues(),
    supportsResultReporting: request.getSupportsresultreporting(),
  };
}

type TimeoutsMessage = ReturnType<RegisterResourceRequest["getCustomtimeouts"]>;

/** Decodes `customTimeouts`; absent ones are "". */
export function decodeTimeouts(timeouts: TimeoutsMessage): TimeoutRequest {
  return {
    create: timeouts?.getCreate() ?? "",
    update: timeouts?.getUpdate() ?? "",
    delete: timeouts?.getDelete() ?? "",
    read: timeouts?.getRead() ?? "",
  };
}

/** Decodes `ReadResource`. */
export function decodeRead(request: ReadResourceRequest): ReadRequest {
  return {
    type: request.getType(),
    name: request.getName(),
    id: request.getId(),
    parent: request.getParent(),
    inputs: decodeStruct(request.getProperties()),
    dependencies: request.getDependenciesList(),
    provider: request.getProvider(),
    package: decodePackage(request),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    source: decodeSource(request),
  };
}

/** Decodes `ExistsResource`. */
export function decodeExists(request: ExistsResourceRequest): ExistsRequest {
  return {
    type: request.getType(),
    id: request.getId(),
    parent: request.getParent(),
    inputs: decodeStruct(request.getProperties()),
    provider: request.getProvider(),
    package: decodePackage(request),
  };
}

/** Decodes `Invoke`. */
export function decodeInvoke(request: ResourceInvokeRequest): FunctionRequest {
  return {
    token: request.getTok(),
    args: decodeStruct(request.getArgs()),
    parent: request.getParent(),
    provider: request.getProvider(),
    package: decodePackage(request),
    dependsOn: request.getDependsonList(),
  };
}

/** Decodes `Call`. */
export function decodeCall(request: ResourceCallRequest): MethodRequest {
  return {
    token: request.getTok(),
    args: decodeStruct(request.getArgs()),
    argDependencies: decodeDependencies(request.getArgdependenciesMap()),
    provider: request.getProvider(),
    package: decodePackage(request),
    source: decodeSource(request),
  };
}

/** Decodes `RegisterPackage`. */
export function decodePackageDescription(request: RegisterPackageRequest): PackageDescription {
  return {
    name: request.getName(),
    version: request.getVersion(),
    pluginDownloadURL: request.getDownloadUrl(),
    checksums: toRecord(request.getChecksumsMap(), toHex),
    parameterization: decodeParameter(request.getParameterization()),
    extension: decodeParameter(request.getExtension$()),
  };
}

function decodeParameter(
  parameter: ReturnType<RegisterPackageRequest["getParameterization"]>,
): Parameter | undefined {
  return (
    parameter && {
      name: parameter.getName(),
      version: parameter.getVersion(),
      value: parameter.getValue_asU8(),
    }
  );
}

interface PackageFields {
  getVersion(): string;
  getPlugindownloadurl(): string;
  getPluginchecksumsMap(): WireMap<string, Uint8Array | string>;
  getPackageref(): string;
}

function decodePackage(request: PackageFields): PackageRequest {
  return {
    version: request.getVersion(),
    pluginDownloadURL: request.getPlugindownloadurl(),
    checksums: toRecord(request.getPluginchecksumsMap(), toHex),
    packageRef: request.getPackageref(),
  };
}

function decodeSource(request: {
  getSourceposition(): WirePosition | undefined;
  getStacktrace(): StackTrace | undefined;
  getParentstacktracehandle(): string;
}): SourceTrace {
  const trace = request.getStacktrace();
  const handle = request.getParentstacktracehandle();
  return {
    ...(handle === "" ? {} : { handle }),
    position: decodePosition(request.getSourceposition()),
    frames: trace === undefined ? [] : framesOf(trace),
  };
}

/** Resources made in one place share their trace, and so its frames. */
const decodedFrames = new WeakMap<StackTrace, SourceTrace["frames"]>();

function framesOf(trace: StackTrace): SourceTrace["frames"] {
  const known = decodedFrames.get(trace);
  if (known !== undefined) return known;
  const frames = trace.getFramesList().map((frame) => decodePosition(frame.getPc()));
  decodedFrames.set(trace, frames);
  return frames;
}

function decodePosition(position: WirePosition | undefined): SourcePosition | undefined {
  return position && { uri: position.getUri(), line: position.getLine(), column: position.getColumn() };
}

function decodeDependencies(map: WireMap<string, { getUrnsList(): string[] }>): DependencyMap {
  return toRecord(map, (dependencies) => dependencies.getUrnsList());
}
