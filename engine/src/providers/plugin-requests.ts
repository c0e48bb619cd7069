import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { type PropertyMap, type PropertyValue, Secret } from "../protocol/property-value.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import { type EncodeOptions, encodeStruct } from "../protocol/wire.ts";
import type * as provider from "./provider.ts";
import type { Autonaming, ProviderCapabilities } from "./provider.ts";
import { viewMessages } from "./view-messages.ts";

/** Before a provider is configured it is sent neither secrets nor references. */
const PLAIN: EncodeOptions = {
  keepSecrets: false,
  keepResources: false,
  keepOutputs: false,
  keepUnknowns: true,
};

/** Encodes for a provider with these capabilities. */
export function encodeFor(
  capabilities: ProviderCapabilities,
  options: { unknowns: boolean; outputs?: boolean; elideAssets?: boolean },
): (map: PropertyMap) => Struct {
  const { acceptSecrets, acceptResources, acceptOutputs, acceptByteStrings = false } = capabilities;
  return (map) =>
    encodeStruct(map, {
      keepSecrets: acceptSecrets,
      keepResources: acceptResources,
      keepOutputs: options.outputs === true && acceptOutputs,
      keepUnknowns: options.unknowns,
      elideAssets: options.elideAssets === true,
      keepByteStrings: acceptByteStrings,
    });
}

export type Encode = (map: PropertyMap) => Struct;

/** Where a plugin tells of views, and that it may; both "" where nobody keeps any. */
export interface StatusPlace {
  readonly address: string;
  readonly token: string;
}

export function checkConfigMessage(request: provider.CheckConfigRequest): messages.CheckRequest {
  const options = { ...PLAIN, keepUnknowns: request.preview };
  return new protocol.CheckRequest()
    .setUrn(request.urn)
    .setName(nameOf(request.urn))
    .setType(typeOf(request.urn))
    .setOlds(encodeStruct(request.olds, options))
    .setNews(encodeStruct(request.news, options));
}

export function diffConfigMessage(request: provider.DiffConfigRequest): messages.DiffRequest {
  return new protocol.DiffRequest()
    .setUrn(request.urn)
    .setName(nameOf(request.urn))
    .setType(typeOf(request.urn))
    .setOldInputs(encodeStruct(request.oldInputs, PLAIN))
    .setOlds(encodeStruct(request.oldOutputs, PLAIN))
    .setNews(encodeStruct(request.newInputs, PLAIN))
    .setIgnorechangesList([...request.ignoreChanges]);
}

export function configureMessage(pkg: string, request: provider.ConfigureRequest): messages.ConfigureRequest {
  const all: EncodeOptions = {
    keepSecrets: true,
    keepResources: true,
    keepOutputs: false,
    keepUnknowns: true,
  };
  const message = new protocol.ConfigureRequest()
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setId(request.id === "" ? UNKNOWN_VALUE : request.id)
    .setArgs(encodeStruct(request.inputs, all))
    .setAcceptsecrets(true)
    .setAcceptresources(true)
    .setSendsOldInputs(true)
    .setSendsOldInputsToDelete(true);
  const variables = message.getVariablesMap();
  for (const [key, value] of Object.entries(request.inputs)) {
    if (key !== "version") variables.set(`${pkg}:config:${key}`, configText(value));
  }
  return message;
}

function configText(value: PropertyValue): string {
  const plain = value instanceof Secret ? value.value : value;
  if (typeof plain === "string") return plain;
  const struct = encodeStruct({ plain }, PLAIN);
  return JSON.stringify(struct.toJavaScript()["plain"]);
}

const AUTONAMING_MODES = protocol.CheckRequest.AutonamingOptions.Mode;

export function checkMessage(
  request: provider.CheckRequest,
  capabilities: ProviderCapabilities,
): messages.CheckRequest {
  const encode = encodeFor(capabilities, { unknowns: request.preview });
  const message = new protocol.CheckRequest()
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setOlds(encode(request.olds))
    .setNews(encode(request.news))
    .setRandomseed(request.randomSeed);
  if (request.autonaming === undefined || !capabilities.supportsAutonaming) return message;
  return message.setAutonaming(autonamingMessage(request.autonaming));
}

function autonamingMessage(autonaming: Autonaming): messages.CheckRequest.AutonamingOptions {
  const message = new protocol.CheckRequest.AutonamingOptions();
  if (autonaming.mode === "disabled") return message.setMode(AUTONAMING_MODES.DISABLE);
  const mode = autonaming.mode === "enforce" ? AUTONAMING_MODES.ENFORCE : AUTONAMING_MODES.PROPOSE;
  return message.setMode(mode).setProposedName(autonaming.name);
}

export function diffMessage(request: provider.DiffRequest, encode: Encode): messages.DiffRequest {
  return new protocol.DiffRequest()
    .setId(request.id)
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setOldInputs(encode(request.oldInputs))
    .setOlds(encode(request.oldOutputs))
    .setNews(encode(request.newInputs))
    .setIgnorechangesList([...request.ignoreChanges]);
}

export function createMessage(
  request: provider.CreateRequest,
  encode: Encode,
  { address, token }: StatusPlace,
): messages.CreateRequest {
  return new protocol.CreateRequest()
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setProperties(encode(request.inputs))
    .setTimeout(request.timeout)
    .setPreview(request.preview)
    .setResourceStatusAddress(address)
    .setResourceStatusToken(token);
}

export function updateMessage(
  request: provider.UpdateRequest,
  encode: { old: Encode; new: Encode },
  { address, token }: StatusPlace,
): messages.UpdateRequest {
  return new protocol.UpdateRequest()
    .setId(request.id)
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setOldInputs(encode.old(request.oldInputs))
    .setOlds(encode.old(request.oldOutputs))
    .setNews(encode.new(request.newInputs))
    .setIgnorechangesList([...request.ignoreChanges])
    .setTimeout(request.timeout)
    .setPreview(request.preview)
    .setResourceStatusAddress(address)
    .setResourceStatusToken(token)
    .setOldViewsList(viewMessages(request.views?.recorded ?? [], encode.old));
}

export function deleteMessage(
  request: provider.DeleteRequest,
  encode: Encode,
  { address, token }: StatusPlace,
): messages.DeleteRequest {
  return new protocol.DeleteRequest()
    .setId(request.id)
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setOldInputs(encode(request.oldInputs))
    .setProperties(encode(request.oldOutputs))
    .setTimeout(request.timeout)
    .setResourceStatusAddress(address)
    .setResourceStatusToken(token)
    .setOldViewsList(viewMessages(request.views?.recorded ?? [], encode));
}

export function readMessage(
  request: provider.ReadRequest,
  encode: Encode,
  { address, token }: StatusPlace,
): messages.ReadRequest {
  return new protocol.ReadRequest()
    .setId(request.id)
    .setUrn(request.urn)
    .setName(request.name)
    .setType(request.type)
    .setInputs(request.importing ? undefined : encode(request.inputs))
    .setProperties(encode(request.state))
    .setTimeout(request.timeout)
    .setResourceStatusAddress(address)
    .setResourceStatusToken(token)
    .setOldViewsList(viewMessages(request.views?.recorded ?? [], encode));
}

export function invokeMessage(request: provider.InvokeRequest, encode: Encode): messages.InvokeRequest {
  return new protocol.InvokeRequest()
    .setTok(request.token)
    .setArgs(encode(request.args))
    .setPreview(request.preview);
}

/** Everything after the third `::` of a URN. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** What follows the last `$` of a URN's qualified type. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
