import type { ResourceImport } from "@pulumi/pulumi/proto/converter_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { PropertyMap } from "../protocol/property-value.ts";
import { decodeStruct } from "../protocol/wire.ts";
import { encodeGoJson, JsonRecord, type JsonValue } from "../state/go-json.ts";
import { encodeProperties, type SecretWriter } from "../state/property-json.ts";
import { openSecretWriter, SecretCollector } from "../state/secret-codec.ts";
import type { SecretsManager } from "../state/secrets.ts";

/** The import file of what a converter found. What is secret is encrypted as in the stack. */
export async function renderConvertedFile(
  resources: readonly ResourceImport[],
  secrets: SecretsManager,
): Promise<string> {
  // Decoded once: a secret is known again as the object that it is.
  const found = resources.map((resource) => ({
    resource,
    inputs: decodeGiven(resource.getInputs()),
    outputs: decodeGiven(resource.getOutputs()),
  }));
  const collector = new SecretCollector();
  renderFile(found, collector);
  const file = renderFile(found, await openSecretWriter(collector.found, secrets));
  return `${encodeGoJson(file, { indent: 4 })}\n`;
}

interface Found {
  readonly resource: ResourceImport;
  readonly inputs: PropertyMap | undefined;
  readonly outputs: PropertyMap | undefined;
}

function decodeGiven(given: Struct | undefined): PropertyMap | undefined {
  return given && decodeStruct(given);
}

function renderFile(found: readonly Found[], writer: SecretWriter): JsonRecord {
  return new JsonRecord([["resources", found.map((each) => renderEntry(each, writer))]]);
}

function renderEntry({ resource, inputs, outputs }: Found, writer: SecretWriter): JsonRecord {
  const properties = resource.getPropertiesList();
  return new JsonRecord([
    ["type", resource.getType()],
    ["name", resource.getName()],
    ["id", resource.getId() || undefined],
    ["parent", resource.getParent() || undefined],
    ["provider", resource.getProvider() || undefined],
    ["version", resource.getVersion() || undefined],
    ["pluginDownloadUrl", resource.getPlugindownloadurl() || undefined],
    ["properties", properties.length > 0 ? properties : undefined],
    ["component", resource.getIsComponent() || undefined],
    ["remote", resource.getIsRemote() || undefined],
    ["logicalName", resource.getLogicalName() || undefined],
    ["inputs", inputs && encodeProperties(inputs, writer)],
    ["outputs", outputs && encodeProperties(outputs, writer)],
    ["parameterization", parameterizationOf(resource)],
    ["extension", extensionOf(resource)],
  ]);
}

function parameterizationOf(resource: ResourceImport): JsonValue | undefined {
  const given = resource.getParameterization();
  if (given === undefined) return undefined;
  return new JsonRecord([
    ["pluginName", given.getPluginName()],
    ["pluginVersion", given.getPluginVersion()],
    ["value", given.getValue_asB64()],
  ]);
}

function extensionOf(resource: ResourceImport): JsonValue | undefined {
  const given = resource.getExtension$();
  if (given === undefined) return undefined;
  return new JsonRecord([
    ["name", given.getName()],
    ["version", given.getVersion()],
    ["value", given.getValue_asB64()],
  ]);
}
