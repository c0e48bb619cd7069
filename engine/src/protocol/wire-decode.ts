import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
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
  OUTPUT_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_SENTINELS,
} from "./signatures.ts";

type Value = structProtocol.Value;
const { KindCase } = structProtocol.Value;

/** Deeper values cannot come from a program, and would exhaust the stack of whoever walks them. */
const MAX_DEPTH = 1000;

/** A sentinel has the length of a UUID: most strings are ruled out without a look-up. */
const SENTINEL_LENGTH = 36;

/**
 * Decodes a map from the wire; an absent one is empty.
 * @throws UserError `wire-invalid`
 */
export function decodeStruct(struct: Struct | undefined): PropertyMap {
  return decodeFields(struct, 0);
}

function decodeFields(struct: Struct | undefined, depth: number): PropertyMap {
  if (struct === undefined) return {};
  const entries: [string, PropertyValue][] = [];
  struct.getFieldsMap().forEach((value, key) => {
    entries.push([key, decodeAt(value, depth)]);
  });
  return propertyMap(entries);
}

/**
 * Decodes one value.
 * @throws UserError `wire-invalid`
 */
export function decodeValue(value: Value): PropertyValue {
  return decodeAt(value, 0);
}

function decodeAt(value: Value, depth: number): PropertyValue {
  if (depth > MAX_DEPTH) throw malformed("it is nested too deeply");
  switch (value.getKindCase()) {
    case KindCase.NULL_VALUE:
      return null;
    case KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case KindCase.STRING_VALUE:
      return decodeString(value.getStringValue());
    case KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map((item) => decodeAt(item, depth + 1));
    case KindCase.STRUCT_VALUE:
      return decodeObject(decodeFields(value.getStructValue(), depth + 1));
    default:
      throw malformed("a value without a kind");
  }
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
    default:
      throw malformed(`the signature ${JSON.stringify(signature)} is not known`);
  }
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
