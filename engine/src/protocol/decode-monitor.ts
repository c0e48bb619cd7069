import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb.js";
import type {
  ReadResourceRequest,
  RegisterPackageRequest,
  RegisterResourceRequest,
  ResourceCallRequest,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import type { StackTrace, SourcePosition as WirePosition } from "@pulumi/pulumi/proto/source_pb.js";
import type { Map as WireMap } from "google-protobuf";
import type { Alias } from "../execute/goal.ts";
import type { HookPhase } from "../state/resource.ts";
import type {
  DependencyMap,
  FunctionRequest,
  MethodRequest,
  PackageDescription,
  PackageRequest,
  ReadRequest,
  RegisterRequest,
  SourcePosition,
  SourceTrace,
  TimeoutRequest,
} from "./monitor.ts";
import { decodeStruct, decodeValue } from "./wire.ts";

/** Decodes `RegisterResource`. `legacyAliases`: the caller is a Node SDK from before alias specs. */
export function decodeRegister(
  request: RegisterResourceRequest,
  { legacyAliases }: { legacyAliases: boolean },
): RegisterRequest {
  const trigger = request.getReplacementTrigger();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    inputs: decodeStruct(request.getObject()),
    ...decodeTriStates(request),
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
    customTimeouts: decodeTimeouts(request),
    deletedWith: request.getDeletedwith(),
    replaceWith: request.getReplaceWithList(),
    replacementTrigger: trigger === undefined ? undefined : decodeValue(trigger),
    resourceHooks: decodeHooks(request),
    envVarMappings: toRecord(request.getEnvvarmappingsMap(), (name) => name),
    source: decodeSource(request),
    supportsPartialValues: request.getSupportspartialvalues(),
    supportsResultReporting: request.getSupportsresultreporting(),
  };
}

function decodeTriStates(
  request: RegisterResourceRequest,
): Pick<RegisterRequest, "protect" | "retainOnDelete" | "deleteBeforeReplace"> {
  const first = request.getDeletebeforereplace();
  return {
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() || first ? first : undefined,
  };
}

function decodeTimeouts(request: RegisterResourceRequest): TimeoutRequest {
  const timeouts = request.getCustomtimeouts();
  return {
    create: timeouts?.getCreate() ?? "",
    update: timeouts?.getUpdate() ?? "",
    delete: timeouts?.getDelete() ?? "",
    read: timeouts?.getRead() ?? "",
  };
}

function decodeHooks(request: RegisterResourceRequest): RegisterRequest["resourceHooks"] {
  const hooks = request.getHooks();
  if (hooks === undefined) return {};
  const lists: [HookPhase, readonly string[]][] = [
    ["BeforeCreate", hooks.getBeforeCreateList()],
    ["AfterCreate", hooks.getAfterCreateList()],
    ["BeforeUpdate", hooks.getBeforeUpdateList()],
    ["AfterUpdate", hooks.getAfterUpdateList()],
    ["BeforeDelete", hooks.getBeforeDeleteList()],
    ["AfterDelete", hooks.getAfterDeleteList()],
    ["OnError", hooks.getOnErrorList()],
  ];
  return Object.fromEntries(lists.filter(([, names]) => names.length > 0));
}

function decodeAlias(alias: AliasMessage, legacy: boolean): Alias {
  const spec = alias.getSpec();
  if (spec === undefined) return { kind: "urn", urn: alias.getUrn() };
  const urn = spec.getParenturn();
  // SDKs from before alias specs meant "no parent" by saying nothing, and "the present parent" by `noParent`.
  const none = legacy ? urn === "" && !spec.getNoparent() : spec.getNoparent();
  return {
    kind: "spec",
    name: spec.getName() || undefined,
    type: spec.getType() || undefined,
    stack: spec.getStack() || undefined,
    project: spec.getProject() || undefined,
    parent: none ? "none" : urn === "" ? undefined : { urn },
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

/** Decodes `Invoke`. */
export function decodeInvoke(request: ResourceInvokeRequest): FunctionRequest {
  return {
    token: request.getTok(),
    args: decodeStruct(request.getArgs()),
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
  };
}

/** Decodes `RegisterPackage`. */
export function decodePackageDescription(request: RegisterPackageRequest): PackageDescription {
  const parameterization = request.getParameterization();
  return {
    name: request.getName(),
    version: request.getVersion(),
    pluginDownloadURL: request.getDownloadUrl(),
    checksums: toRecord(request.getChecksumsMap(), toHex),
    parameterization: parameterization && {
      name: parameterization.getName(),
      version: parameterization.getVersion(),
      value: parameterization.getValue_asU8(),
    },
  };
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

function toHex(digest: Uint8Array | string): string {
  return typeof digest === "string"
    ? Buffer.from(digest, "base64").toString("hex")
    : Buffer.from(digest).toString("hex");
}

function decodeSource(request: {
  getSourceposition(): WirePosition | undefined;
  getStacktrace(): StackTrace | undefined;
}): SourceTrace {
  const frames = request.getStacktrace()?.getFramesList() ?? [];
  return {
    position: decodePosition(request.getSourceposition()),
    frames: frames.map((frame) => decodePosition(frame.getPc())),
  };
}

function decodePosition(position: WirePosition | undefined): SourcePosition | undefined {
  return position && { uri: position.getUri(), line: position.getLine(), column: position.getColumn() };
}

function decodeDependencies(map: WireMap<string, { getUrnsList(): string[] }>): DependencyMap {
  return toRecord(map, (dependencies) => dependencies.getUrnsList());
}

function toRecord<Wire, Value>(map: WireMap<string, Wire>, convert: (value: Wire) => Value) {
  const entries: [string, Value][] = [];
  map.forEach((value, key) => {
    entries.push([key, convert(value)]);
  });
  return Object.fromEntries(entries) as { readonly [key: string]: Value };
}
