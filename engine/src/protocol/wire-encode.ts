import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import protobuf from "protobufjs/minimal.js";
import { EngineError } from "../errors.ts";
import { parseUrn } from "../plan/urn.ts";
import { EncodedStruct } from "./encoded-struct.ts";
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
  BYTE_STRING_SIGNATURE,
  OUTPUT_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "./signatures.ts";
import { LIST, MAP, VALUE } from "./struct-tags.ts";

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
  /** False: a string that is not UTF-8 cannot be sent. @default false */
  readonly keepByteStrings?: boolean;
}

/** Encodes a property map for the wire. */
export function encodeStruct(map: PropertyMap, options: EncodeOptions): EncodedStruct {
  const writer = protobuf.Writer.create();
  new StructWriter(writer, options).fields(map);
  return new EncodedStruct(writer.finish());
}

/** Encodes one value; undefined where it is unknown and unknowns are not kept. */
export function encodeValue(value: PropertyValue, options: EncodeOptions): structProtocol.Value | undefined {
  const sent = asSent(value, options);
  if (sent === undefined) return undefined;
  const writer = protobuf.Writer.create();
  new StructWriter(writer, options).value(sent);
  return structProtocol.Value.deserializeBinary(new Uint8Array(writer.finish()));
}

/** What a value is on the wire: text, number, boolean, null, a list, or a map, whose parts are still to be looked at. */
type Sent = string | number | boolean | null | readonly PropertyValue[] | Fields;
interface Fields {
  readonly [key: string]: PropertyValue | undefined;
}

/** Writes `google.protobuf.Struct` straight from property values: its own message classes cost several times that. */
class StructWriter {
  private readonly writer: protobuf.Writer;
  private readonly options: EncodeOptions;
  /** The property at hand. */
  private key = "";

  constructor(writer: protobuf.Writer, options: EncodeOptions) {
    this.writer = writer;
    this.options = options;
  }

  fields(map: Fields): void {
    for (const key of Object.keys(map)) {
      const value = map[key];
      const sent = value === undefined ? undefined : asSent(value, this.options);
      if (sent === undefined) continue;
      this.writer.uint32(MAP.entry).fork().uint32(MAP.key).string(key).uint32(MAP.value).fork();
      this.key = key;
      this.value(sent);
      this.writer.ldelim().ldelim();
    }
  }

  value(sent: Sent): void {
    const { writer } = this;
    if (typeof sent === "string") writer.uint32(VALUE.text).string(sent);
    else if (typeof sent === "number") writer.uint32(VALUE.number).double(sent);
    else if (typeof sent === "boolean") writer.uint32(VALUE.boolean).bool(sent);
    else if (sent === null) writer.uint32(VALUE.null).uint32(0);
    else if (isList(sent)) this.list(sent);
    else {
      this.refuseByteString(sent);
      writer.uint32(VALUE.struct).fork();
      this.fields(sent);
      writer.ldelim();
    }
  }

  private refuseByteString(sent: Fields): void {
    if (this.options.keepByteStrings === true || sent[SIGNATURE_KEY] !== BYTE_STRING_SIGNATURE) return;
    throw new EngineError(
      `the value of property ${JSON.stringify(this.key)} is a string that contains non-UTF8 bytes, ` +
        "which the receiver does not support",
    );
  }

  private list(values: readonly PropertyValue[]): void {
    const { key } = this;
    this.writer.uint32(VALUE.list).fork();
    for (const value of values) {
      const sent = asSent(value, this.options);
      if (sent === undefined) continue;
      this.key = key;
      this.writer.uint32(LIST.item).fork();
      this.value(sent);
      this.writer.ldelim();
    }
    this.writer.ldelim();
  }
}

function isList(sent: readonly PropertyValue[] | Fields): sent is readonly PropertyValue[] {
  return Array.isArray(sent);
}

function asSent(value: PropertyValue, options: EncodeOptions): Sent | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Secret) return secretAsSent(value, options);
  if (value instanceof Computed) return options.keepUnknowns ? UNKNOWN_VALUE : undefined;
  if (value instanceof OutputValue) return outputAsSent(value, options);
  if (value instanceof ResourceReference) return referenceAsSent(value, options);
  if (value instanceof Asset) return assetAsSent(value, options);
  if (value instanceof Archive) return archiveAsSent(value, options);
  return value as readonly PropertyValue[] | PropertyMap;
}

function secretAsSent({ value }: Secret, options: EncodeOptions): Sent | undefined {
  const inner = asSent(value, options);
  if (inner === undefined || !options.keepSecrets) return inner;
  return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

function outputAsSent(output: OutputValue, options: EncodeOptions): Sent | undefined {
  if (!options.keepOutputs) {
    const plain = output.value === undefined ? computed : output.value;
    return asSent(output.secret ? new Secret(plain) : plain, options);
  }
  return {
    [SIGNATURE_KEY]: OUTPUT_SIGNATURE,
    value: output.value,
    secret: output.secret || undefined,
    dependencies: output.dependencies.length > 0 ? output.dependencies : undefined,
  };
}

function referenceAsSent(reference: ResourceReference, options: EncodeOptions): Sent | undefined {
  const { urn, id, packageVersion } = reference;
  if (!options.keepResources) return asSent(id ?? urn, options);
  // Told apart for the other side: a name may hold what separates the parts of a URN.
  const parts = parseUrn(urn);
  return {
    [SIGNATURE_KEY]: RESOURCE_SIGNATURE,
    urn,
    name: parts?.name || undefined,
    type: parts?.type || undefined,
    id: id instanceof Computed ? "" : id,
    packageVersion: packageVersion || undefined,
  };
}

function assetAsSent({ source, hash }: Asset, { elideAssets }: EncodeOptions): Fields {
  return { [SIGNATURE_KEY]: ASSET_SIGNATURE, ...(elideAssets ? {} : source), hash: hash || undefined };
}

function archiveAsSent({ source, hash }: Archive, { elideAssets }: EncodeOptions): Fields {
  return { [SIGNATURE_KEY]: ARCHIVE_SIGNATURE, ...(elideAssets ? {} : source), hash: hash || undefined };
}
