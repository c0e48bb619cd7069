import { isUtf8 } from "node:buffer";
import type { Struct, Value } from "google-protobuf/google/protobuf/struct_pb.js";
import protobuf from "protobufjs/minimal.js";
import { UserError } from "../errors.ts";
import {
  Archive,
  Asset,
  Computed,
  computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  propertyMap,
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
  UNKNOWN_SENTINELS,
} from "./signatures.ts";
import { LIST, MAP, VALUE } from "./struct-tags.ts";

/** Deeper values cannot come from a program, and would exhaust the stack of whoever walks them. */
const MAX_DEPTH = 1000;

/** A sentinel has the length of a UUID: most strings are ruled out without a look-up. */
const SENTINEL_LENGTH = 36;

/**
 * Decodes a map from the wire; an absent one is empty.
 * @throws UserError `wire-invalid`
 */
export function decodeStruct(struct: Struct | undefined): PropertyMap {
  return struct === undefined ? {} : read(struct, (reader) => readFields(reader, reader.len, 0));
}

/**
 * Decodes one value.
 * @throws UserError `wire-invalid`
 */
export function decodeValue(value: Value): PropertyValue {
  return read(value, (reader) => readValue(reader, reader.len, 0));
}

function read<Result>(message: Struct | Value, decode: (reader: protobuf.Reader) => Result): Result {
  try {
    const { buffer, byteOffset, byteLength } = message.serializeBinary();
    return decode(protobuf.Reader.create(Buffer.from(buffer, byteOffset, byteLength)));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw malformed(
      `its bytes are not a message (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

/** Where what follows ends: it is as long as it says. */
function endOf(reader: protobuf.Reader, outer: number): number {
  const end = reader.uint32() + reader.pos;
  if (end > outer) throw malformed("a part is longer than the whole");
  return end;
}

/** Shows each tag up to an end; what `field` does not read (it says false) is passed by. */
function eachField(reader: protobuf.Reader, end: number, field: (tag: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!field(tag)) reader.skipType(tag % 8);
  }
  if (reader.pos !== end) throw malformed("a part is longer than the whole");
}

function readFields(reader: protobuf.Reader, end: number, depth: number): PropertyMap {
  const entries: [string, PropertyValue][] = [];
  eachField(reader, end, (tag) => {
    if (tag !== MAP.entry) return false;
    entries.push(readEntry(reader, endOf(reader, end), depth));
    return true;
  });
  return propertyMap(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

function readEntry(reader: protobuf.Reader, end: number, depth: number): [string, PropertyValue] {
  let key = "";
  let value: PropertyValue | undefined;
  eachField(reader, end, (tag) => {
    if (tag === MAP.key) key = readText(reader, end);
    else if (tag === MAP.value) value = readValue(reader, endOf(reader, end), depth);
    else return false;
    return true;
  });
  return [key, ofSomeKind(value)];
}

function readValue(reader: protobuf.Reader, end: number, depth: number): PropertyValue {
  if (depth > MAX_DEPTH) throw malformed("it is nested too deeply");
  let value: PropertyValue | undefined;
  eachField(reader, end, (tag) => {
    const read = KINDS.get(tag);
    if (read === undefined) return false;
    value = read(reader, end, depth);
    return true;
  });
  return ofSomeKind(value);
}

function ofSomeKind(value: PropertyValue | undefined): PropertyValue {
  if (value === undefined) throw malformed("a value without a kind");
  return value;
}

type ReadKind = (reader: protobuf.Reader, end: number, depth: number) => PropertyValue;

const KINDS: ReadonlyMap<number, ReadKind> = new Map<number, ReadKind>([
  [VALUE.null, readNull],
  [VALUE.number, (reader) => reader.double()],
  [VALUE.text, (reader, end) => decodeString(readText(reader, end))],
  [VALUE.boolean, (reader) => reader.bool()],
  [VALUE.struct, (reader, end, depth) => decodeObject(readFields(reader, endOf(reader, end), depth + 1))],
  [VALUE.list, (reader, end, depth) => readList(reader, endOf(reader, end), depth + 1)],
]);

/** The library's own cuts a text that is longer than the message, without a word. */
function readText(reader: protobuf.Reader, outer: number): string {
  const end = endOf(reader, outer);
  const text = (reader.buf as Buffer).toString("utf8", reader.pos, end);
  reader.pos = end;
  return text;
}

function readNull(reader: protobuf.Reader): null {
  reader.int32();
  return null;
}

function readList(reader: protobuf.Reader, end: number, depth: number): readonly PropertyValue[] {
  const items: PropertyValue[] = [];
  eachField(reader, end, (tag) => {
    if (tag !== LIST.item) return false;
    items.push(readValue(reader, endOf(reader, end), depth));
    return true;
  });
  return items;
}

function decodeString(text: string): PropertyValue {
  return text.length === SENTINEL_LENGTH && UNKNOWN_SENTINELS.has(text) ? computed : text;
}

function decodeObject(fields: PropertyMap): PropertyValue {
  const signature = Object.hasOwn(fields, SIGNATURE_KEY) ? fields[SIGNATURE_KEY] : undefined;
  switch (signature) {
    case undefined:
      return fields;
    case SECRET_SIGNATURE:
      return decodeSecret(fields);
    case OUTPUT_SIGNATURE:
      return decodeOutput(fields);
    case RESOURCE_SIGNATURE:
      return decodeReference(fields);
    case ASSET_SIGNATURE:
      return decodeAsset(fields);
    case ARCHIVE_SIGNATURE:
      return decodeArchive(fields);
    case BYTE_STRING_SIGNATURE:
      return decodeByteString(fields);
    default:
      throw malformed(`the signature ${JSON.stringify(signature)} is not known`);
  }
}

/** What is UTF-8 after all is a text like any other. */
function decodeByteString(fields: PropertyMap): PropertyValue {
  const base64 = textField(fields, "value", "byte string");
  if (base64 === undefined) throw malformed("a byte string without a value");
  const bytes = Buffer.from(base64, "base64");
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return { [SIGNATURE_KEY]: BYTE_STRING_SIGNATURE, value: base64 };
}

function decodeSecret(fields: PropertyMap): Secret {
  const value = fields["value"];
  if (value === undefined) throw malformed("a secret without a value");
  return new Secret(value);
}

function decodeOutput(fields: PropertyMap): OutputValue {
  const value = fields["value"];
  const secret = fields["secret"] ?? false;
  if (typeof secret !== "boolean") throw malformed("an output's `secret` is not a boolean");
  const dependencies = fields["dependencies"] ?? [];
  if (!isStringArray(dependencies)) throw malformed("an output's `dependencies` are not a list of URNs");
  return new OutputValue(value instanceof Computed ? undefined : value, secret, dependencies);
}

function isStringArray(value: PropertyValue): value is readonly string[] {
  return isPropertyArray(value) && value.every((element) => typeof element === "string");
}

function decodeReference(fields: PropertyMap): ResourceReference {
  const urn = textField(fields, "urn", "resource reference");
  if (urn === undefined) throw malformed("a resource reference without a URN");
  const packageVersion = textField(fields, "packageVersion", "resource reference") ?? "";
  return new ResourceReference(urn, decodeReferenceId(fields["id"]), packageVersion);
}

function decodeReferenceId(id: PropertyValue | undefined): string | Computed | undefined {
  if (id === undefined || id === null) return undefined;
  if (id === "" || id instanceof Computed) return computed;
  if (typeof id !== "string") throw malformed("a resource reference's `id` is not a string");
  return id;
}

/** Go's SDK leaves empty fields out: an asset without any source is an empty text. */
function decodeAsset(fields: PropertyMap): Asset {
  const [text, path, uri] = sourceFields(fields, "asset", ["text", "path", "uri"]);
  const hash = textField(fields, "hash", "asset") ?? "";
  if (path) return new Asset({ path }, hash);
  if (uri) return new Asset({ uri }, hash);
  return new Asset({ text: text ?? "" }, hash);
}

function decodeArchive(fields: PropertyMap): Archive {
  const [path, uri] = sourceFields(fields, "archive", ["path", "uri"]);
  const hash = textField(fields, "hash", "archive") ?? "";
  const assets = fields["assets"] ?? {};
  if (!isPropertyMap(assets)) throw malformed("an archive's `assets` are not an object");
  if (Object.keys(assets).length > 0 && (path || uri))
    throw malformed("an archive with more than one source");
  if (path) return new Archive({ path }, hash);
  if (uri) return new Archive({ uri }, hash);
  return new Archive({ assets: archiveParts(assets) }, hash);
}

function archiveParts(assets: PropertyMap): { readonly [name: string]: Asset | Archive } {
  const parts = Object.entries(assets).map(([name, part]) => {
    if (part instanceof Asset || part instanceof Archive) return [name, part] as const;
    throw malformed(`an archive's entry ${JSON.stringify(name)} is neither an asset nor an archive`);
  });
  return Object.fromEntries(parts);
}

function sourceFields(fields: PropertyMap, what: string, names: readonly string[]): (string | undefined)[] {
  const sources = names.map((name) => textField(fields, name, what));
  if (sources.filter(Boolean).length > 1) throw malformed(`an ${what} with more than one source`);
  return sources;
}

function textField(fields: PropertyMap, name: string, what: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
  throw malformed(`the \`${name}\` of a value of kind ${what} is not a string`);
}

function malformed(what: string): UserError {
  return new UserError("wire-invalid", `malformed property value: ${what}`);
}
