import resource from "@pulumi/pulumi/proto/resource_pb.js";
import { decodeAlias, encodeAlias } from "./alias-message.ts";
import { decodeTimeouts } from "./decode-monitor.ts";
import { decodeHookBinding, encodeHookBinding } from "./hook-binding.ts";
import type { FunctionRequest, PackageRequest, RegisterRequest, TimeoutRequest } from "./monitor.ts";
import { decodeStruct, decodeValue, type EncodeOptions, encodeStruct, encodeValue } from "./wire.ts";
import { toHex, toRecord } from "./wire-map.ts";

/** The program that sent the values gets them back: nothing is unwrapped. */
const KEEP_ALL: EncodeOptions = {
  keepSecrets: true,
  keepResources: true,
  keepOutputs: true,
  keepUnknowns: true,
};

type Options = InstanceType<typeof resource.TransformResourceOptions>;

/** Encodes what a resource transform is told. */
export function encodeTransform(request: RegisterRequest): Uint8Array {
  return new resource.TransformRequest()
    .setType(request.type)
    .setName(request.name)
    .setCustom(request.custom)
    .setParent(request.parent)
    .setProperties(encodeStruct(request.inputs, KEEP_ALL))
    .setOptions(encodeOptions(request))
    .serializeBinary();
}

/** The registration as a transform's answer leaves it: what the answer does not speak of stays. */
export function decodeTransform(request: RegisterRequest, answer: Uint8Array): RegisterRequest {
  const response = resource.TransformResponse.deserializeBinary(answer);
  const properties = response.getProperties();
  const options = response.getOptions();
  return {
    ...request,
    ...(properties === undefined ? {} : { inputs: decodeStruct(properties) }),
    ...(options === undefined ? {} : decodeOptions(options, request.package)),
  };
}

function encodeOptions(request: RegisterRequest): Options {
  const { protect, retainOnDelete, deleteBeforeReplace, replacementTrigger } = request;
  const options = new resource.TransformResourceOptions()
    .setImport(request.importId)
    .setDependsOnList([...request.dependencies])
    .setIgnoreChangesList([...request.ignoreChanges])
    .setReplaceOnChangesList([...request.replaceOnChanges])
    .setVersion(request.package.version)
    .setAliasesList(request.aliases.map(encodeAlias))
    .setProvider(request.provider)
    .setHideDiffList([...request.hideDiff])
    .setCustomTimeouts(encodeTimeouts(request.customTimeouts))
    .setPluginDownloadUrl(request.package.pluginDownloadURL)
    .setDeletedWith(request.deletedWith)
    .setReplaceWithList([...request.replaceWith])
    .setAdditionalSecretOutputsList([...request.additionalSecretOutputs])
    .setHooks(encodeHookBinding(request.resourceHooks));
  if (protect !== undefined) options.setProtect(protect);
  if (retainOnDelete !== undefined) options.setRetainOnDelete(retainOnDelete);
  if (deleteBeforeReplace !== undefined) options.setDeleteBeforeReplace(deleteBeforeReplace);
  if (replacementTrigger !== undefined)
    options.setReplacementTrigger(encodeValue(replacementTrigger, KEEP_ALL));
  for (const [pkg, reference] of Object.entries(request.providers)) {
    options.getProvidersMap().set(pkg, reference);
  }
  fillChecksums(options, request.package);
  return options;
}

function decodeOptions(options: Options, asked: PackageRequest): Partial<RegisterRequest> {
  const trigger = options.getReplacementTrigger();
  return {
    importId: options.getImport(),
    dependencies: options.getDependsOnList(),
    protect: options.hasProtect() ? options.getProtect() : undefined,
    ignoreChanges: options.getIgnoreChangesList(),
    replaceOnChanges: options.getReplaceOnChangesList(),
    replacementTrigger: trigger === undefined ? undefined : decodeValue(trigger),
    package: decodePackage(options, asked),
    aliases: options.getAliasesList().map((alias) => decodeAlias(alias, false)),
    provider: options.getProvider(),
    providers: toRecord(options.getProvidersMap(), (reference) => reference),
    hideDiff: options.getHideDiffList(),
    customTimeouts: decodeTimeouts(options.getCustomTimeouts()),
    retainOnDelete: options.hasRetainOnDelete() ? options.getRetainOnDelete() : undefined,
    deletedWith: options.getDeletedWith(),
    replaceWith: options.getReplaceWithList(),
    deleteBeforeReplace: options.hasDeleteBeforeReplace() ? options.getDeleteBeforeReplace() : undefined,
    additionalSecretOutputs: options.getAdditionalSecretOutputsList(),
    resourceHooks: decodeHookBinding(options.getHooks()),
  };
}

/** Encodes what an invoke transform is told. */
export function encodeInvokeTransform(request: FunctionRequest): Uint8Array {
  const options = new resource.TransformInvokeOptions()
    .setProvider(request.provider)
    .setVersion(request.package.version)
    .setPluginDownloadUrl(request.package.pluginDownloadURL);
  fillChecksums(options, request.package);
  return new resource.TransformInvokeRequest()
    .setToken(request.token)
    .setArgs(encodeStruct(request.args, KEEP_ALL))
    .setOptions(options)
    .serializeBinary();
}

/** The call as an invoke transform's answer leaves it. */
export function decodeInvokeTransform(request: FunctionRequest, answer: Uint8Array): FunctionRequest {
  const response = resource.TransformInvokeResponse.deserializeBinary(answer);
  const args = response.getArgs();
  const options = response.getOptions();
  return {
    ...request,
    ...(args === undefined ? {} : { args: decodeStruct(args) }),
    ...(options === undefined
      ? {}
      : { provider: options.getProvider(), package: decodePackage(options, request.package) }),
  };
}

function encodeTimeouts(timeouts: TimeoutRequest) {
  return new resource.RegisterResourceRequest.CustomTimeouts()
    .setCreate(timeouts.create)
    .setUpdate(timeouts.update)
    .setDelete(timeouts.delete)
    .setRead(timeouts.read);
}

type PackageFields = Pick<Options, "getVersion" | "getPluginDownloadUrl" | "getPluginChecksumsMap">;

function fillChecksums(options: PackageFields, { checksums }: PackageRequest): void {
  for (const [platform, digest] of Object.entries(checksums)) {
    options.getPluginChecksumsMap().set(platform, new Uint8Array(Buffer.from(digest, "hex")));
  }
}

/** Transforms cannot change a package reference. */
function decodePackage(options: PackageFields, { packageRef }: PackageRequest): PackageRequest {
  return {
    version: options.getVersion(),
    pluginDownloadURL: options.getPluginDownloadUrl(),
    checksums: toRecord(options.getPluginChecksumsMap(), toHex),
    packageRef,
  };
}
