import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import {
  Archive,
  Asset,
  Computed,
  computed,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "./property-value.ts";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  OUTPUT_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "./signatures.ts";

export { decodeStruct, decodeValue } from "./wire-decode.ts";

type Value = structProtocol.Value;

/** What the receiver understands; all else is unwrapped on the way out. */
export interface EncodeOptions {
  /** False: a secret becomes its value. */
  readonly keepSecrets: boolean;
  /** False: a resource reference becomes its id, or its URN where it has none. */
  readonly keepResources: boolean;
  /** False: an output becomes its value, as a secret or unknown where it is that. */
  readonly keepOutputs: boolean;
  /** False: unknown properties and elements are left out. */
  readonly keepUnknowns: boolean;
  /** True: of assets and archives only the hash is sent. @default false */
  readonly elideAssets?: boolean;
}

/** Encodes a property map for the wire. */
export function encodeStruct(map: PropertyMap, options: EncodeOptions): Struct {
  const struct = new structProtocol.Struct();
  const fields = struct.getFieldsMap();
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    const encoded = encodeValue(value, options);
    if (encoded !== undefined) fields.set(key, encoded);
  }
  return struct;
}

/** Encodes one value; undefined where it is unknown and unknowns are not kept. */
export function encodeValue(value: PropertyValue, options: EncodeOptions): Value | undefined {
  switch (typeof value) {
    case "string":
      return encodeString(value);
    case "boolean":
      return new structProtocol.Value().setBoolValue(value);
    case "number":
      return new structProtocol.Value().setNumberValue(value);
    default:
      return encodeObject(value, options);
  }
}

function encodeObject(value: object | null, options: EncodeOptions): Value | undefined {
  if (value === null) return new structProtocol.Value().setNullValue(structProtocol.NullValue.NULL_VALUE);
  if (Array.isArray(value)) return encodeArray(value, options);
  if (value instanceof Secret) return encodeSecret(value, options);
  if (value instanceof Computed) return options.keepUnknowns ? encodeString(UNKNOWN_VALUE) : undefined;
  if (value instanceof OutputValue) return encodeOutput(value, options);
  if (value instanceof ResourceReference) return encodeReference(value, options);
  if (value instanceof Asset) return encodeAsset(value, options);
  if (value instanceof Archive) return encodeArchive(value, options);
  return new structProtocol.Value().setStructValue(encodeStruct(value as PropertyMap, options));
}

function encodeString(text: string): Value {
  return new structProtocol.Value().setStringValue(text);
}

function encodeArray(values: readonly PropertyValue[], options: EncodeOptions): Value {
  const encoded: Value[] = [];
  for (const value of values) {
    const element = encodeValue(value, options);
    if (element !== undefined) encoded.push(element);
  }
  return new structProtocol.Value().setListValue(new structProtocol.ListValue().setValuesList(encoded));
}

function encodeTyped(signature: string, fields: Iterable<readonly [string, Value]>): Value {
  const struct = new structProtocol.Struct();
  const map = struct.getFieldsMap();
  map.set(SIGNATURE_KEY, encodeString(signature));
  for (const [key, value] of fields) map.set(key, value);
  return new structProtocol.Value().setStructValue(struct);
}

function encodeSecret(secret: Secret, options: EncodeOptions): Value | undefined {
  const inner = encodeValue(secret.value, options);
  if (inner === undefined || !options.keepSecrets) return inner;
  return encodeTyped(SECRET_SIGNATURE, [["value", inner]]);
}

function encodeOutput(output: OutputValue, options: EncodeOptions): Value | undefined {
  if (!options.keepOutputs) {
    const plain = output.value === undefined ? computed : output.value;
    return encodeValue(output.secret ? new Secret(plain) : plain, options);
  }
  const fields: [string, Value][] = [];
  const value = output.value === undefined ? undefined : encodeValue(output.value, options);
  if (value !== undefined) fields.push(["value", value]);
  if (output.secret) fields.push(["secret", new structProtocol.Value().setBoolValue(true)]);
  if (output.dependencies.length > 0)
    fields.push(["dependencies", encodeArray(output.dependencies, options)]);
  return encodeTyped(OUTPUT_SIGNATURE, fields);
}

function encodeReference(reference: ResourceReference, options: EncodeOptions): Value | undefined {
  const { urn, id, packageVersion } = reference;
  if (!options.keepResources) return encodeValue(id ?? urn, options);
  const fields: [string, Value][] = [["urn", encodeString(urn)]];
  if (id !== undefined) fields.push(["id", encodeString(typeof id === "string" ? id : "")]);
  if (packageVersion !== "") fields.push(["packageVersion", encodeString(packageVersion)]);
  return encodeTyped(RESOURCE_SIGNATURE, fields);
}

function encodeAsset(asset: Asset, { elideAssets }: EncodeOptions): Value {
  const source = elideAssets ? [] : Object.entries(asset.source);
  const fields = source.map(([key, text]) => [key, encodeString(text)] as const);
  return encodeTyped(ASSET_SIGNATURE, [...fields, ...hashField(asset)]);
}

function encodeArchive(archive: Archive, options: EncodeOptions): Value {
  const fields = options.elideAssets ? [] : [archiveField(archive, options)];
  return encodeTyped(ARCHIVE_SIGNATURE, [...fields, ...hashField(archive)]);
}

function archiveField({ source }: Archive, options: EncodeOptions): readonly [string, Value] {
  if ("path" in source) return ["path", encodeString(source.path)];
  if ("uri" in source) return ["uri", encodeString(source.uri)];
  const struct = new structProtocol.Struct();
  const map = struct.getFieldsMap();
  for (const [name, part] of Object.entries(source.assets)) {
    map.set(name, part instanceof Asset ? encodeAsset(part, options) : encodeArchive(part, options));
  }
  return ["assets", new structProtocol.Value().setStructValue(struct)];
}

function hashField({ hash }: Asset | Archive): (readonly [string, Value])[] {
  return hash === "" ? [] : [["hash", encodeString(hash)]];
}
