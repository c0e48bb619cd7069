import {
  Archive,
  type ArchiveSource,
  Asset,
  computed,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../protocol/property-value.ts";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  BYTE_STRING_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "../protocol/signatures.ts";
import {
  corrupt,
  isObject,
  MAX_DEPTH,
  type ParsedJson,
  type ParsedObject,
  readObject,
  readString,
} from "./json-reader.ts";
import { FLOAT_SIGNATURE } from "./property-json.ts";

/** Gives the JSON text behind a secret, and hears of the value made of it. */
export interface SecretReader {
  plaintext(ciphertext: string): string;
  remember?(secret: Secret, plaintext: string, ciphertext: string): void;
}

/** Inside a secret nothing is encrypted again: the text is already plain. */
const innerReader: SecretReader = { plaintext: (text) => text };

interface Place {
  /** For people: `resource urn:…, inputs.a[2]`. */
  readonly path: string;
  readonly depth: number;
}

/** Reads a map of properties. @throws UserError `state-corrupt`. */
export function decodeProperties(
  json: ParsedJson | undefined,
  path: string,
  secrets: SecretReader,
): PropertyMap {
  return decodeMembers(readObject(json, path), { path, depth: 0 }, secrets);
}

/** Reads one value. @throws UserError `state-corrupt`. */
export function decodeProperty(json: ParsedJson, path: string, secrets: SecretReader): PropertyValue {
  return decode(json, { path, depth: 0 }, secrets);
}

/** Every ciphertext in a piece of state that has to be decrypted before it can be read. */
export function findCiphertexts(
  json: ParsedJson | undefined,
  found = new Set<string>(),
  depth = 0,
): Set<string> {
  if (typeof json !== "object" || json === null || depth > MAX_DEPTH) return found;
  if (!isObject(json)) {
    for (const item of json) findCiphertexts(item, found, depth + 1);
    return found;
  }
  const ciphertext = json[SIGNATURE_KEY] === SECRET_SIGNATURE ? json["ciphertext"] : undefined;
  if (typeof ciphertext === "string") found.add(ciphertext);
  for (const key in json) findCiphertexts(json[key], found, depth + 1);
  return found;
}

function decode(json: ParsedJson, place: Place, secrets: SecretReader): PropertyValue {
  if (place.depth > MAX_DEPTH) throw corrupt(place.path, "is nested too deeply");
  if (typeof json === "number" && !Number.isFinite(json))
    throw corrupt(place.path, "is a number out of range");
  if (json === UNKNOWN_VALUE) return computed;
  if (typeof json !== "object" || json === null) return json;
  if (!isObject(json)) return json.map((item, index) => decode(item, step(place, `[${index}]`), secrets));
  const signature = json[SIGNATURE_KEY];
  return signature === undefined
    ? decodeMembers(json, place, secrets)
    : decodeSpecial(json, signature, place, secrets);
}

function step(place: Place, part: string): Place {
  return { path: place.path + part, depth: place.depth + 1 };
}

function decodeMembers(json: ParsedObject, place: Place, secrets: SecretReader): PropertyMap {
  return Object.fromEntries(
    Object.entries(json).map(([key, item]) => [key, decode(item, step(place, `.${key}`), secrets)]),
  );
}

function decodeSpecial(
  json: ParsedObject,
  signature: ParsedJson,
  place: Place,
  secrets: SecretReader,
): PropertyValue {
  switch (signature) {
    case SECRET_SIGNATURE:
      return decodeSecret(json, place, secrets);
    case ASSET_SIGNATURE:
      return decodeAsset(json, place);
    case ARCHIVE_SIGNATURE:
      return decodeArchive(json, place);
    case RESOURCE_SIGNATURE:
      return decodeReference(json, place);
    case FLOAT_SIGNATURE:
      return decodeSpecialNumber(json, place);
    case BYTE_STRING_SIGNATURE:
      return {
        [SIGNATURE_KEY]: BYTE_STRING_SIGNATURE,
        value: requireString(json, "value", place, "malformed byte string"),
      };
    default:
      throw corrupt(place.path, `has an unrecognized signature ${JSON.stringify(signature)}`);
  }
}

function requireString(json: ParsedObject, field: string, place: Place, problem: string): string {
  const value = json[field];
  if (typeof value !== "string") throw corrupt(place.path, `is a ${problem}: '${field}' must be a text`);
  return value;
}

function decodeSecret(json: ParsedObject, place: Place, secrets: SecretReader): Secret {
  const { ciphertext, plaintext } = json;
  if (typeof ciphertext === "string" && plaintext === undefined) {
    const text = secrets.plaintext(ciphertext);
    const secret = new Secret(decodeSecretText(text, place));
    secrets.remember?.(secret, text, ciphertext);
    return secret;
  }
  if (typeof plaintext === "string" && ciphertext === undefined) {
    return new Secret(decodeSecretText(plaintext, place));
  }
  throw corrupt(
    place.path,
    "is a malformed secret value: exactly one of `ciphertext` or `plaintext` must be supplied",
  );
}

function decodeSecretText(text: string, place: Place): PropertyValue {
  let json: ParsedJson;
  try {
    json = JSON.parse(text) as ParsedJson;
  } catch {
    // The parser's own message quotes what it read, which is the secret.
    throw corrupt(place.path, "is a secret whose content is not JSON");
  }
  return decode(json, step(place, ""), innerReader);
}

function decodeAsset(json: ParsedObject, place: Place): Asset {
  const text = (field: string) => readString(json[field], `${place.path}.${field}`);
  const hash = text("hash");
  if (text("path") !== "") return new Asset({ path: text("path") }, hash);
  if (text("uri") !== "") return new Asset({ uri: text("uri") }, hash);
  return new Asset({ text: text("text") }, hash);
}

function decodeArchive(json: ParsedObject, place: Place): Archive {
  const text = (field: string) => readString(json[field], `${place.path}.${field}`);
  const source = (): ArchiveSource => {
    if (text("path") !== "") return { path: text("path") };
    if (text("uri") !== "") return { uri: text("uri") };
    const assets = Object.entries(readObject(json["assets"], `${place.path}.assets`));
    return {
      assets: Object.fromEntries(
        assets.map(([name, item]) => [name, decodeArchiveMember(item, step(place, `.${name}`))]),
      ),
    };
  };
  return new Archive(source(), text("hash"));
}

function decodeArchiveMember(json: ParsedJson, place: Place): Asset | Archive {
  if (place.depth > MAX_DEPTH) throw corrupt(place.path, "is nested too deeply");
  const signature = isObject(json) ? json[SIGNATURE_KEY] : undefined;
  if (isObject(json) && signature === ASSET_SIGNATURE) return decodeAsset(json, place);
  if (isObject(json) && signature === ARCHIVE_SIGNATURE) return decodeArchive(json, place);
  throw corrupt(place.path, "is not an asset or archive");
}

function decodeReference(json: ParsedObject, place: Place): ResourceReference {
  const urn = requireString(json, "urn", place, "malformed resource reference");
  const version = readString(json["packageVersion"], `${place.path}.packageVersion`);
  return new ResourceReference(urn, decodeReferenceId(json["id"], place), version);
}

/** Some releases wrote `{"V": …}` around the id; the innermost object stands for an id that was not known. */
function decodeReferenceId(id: ParsedJson | undefined, place: Place): string | undefined {
  if (id === undefined || typeof id === "string") return id;
  const inner = isObject(id) ? id["V"] : id;
  if (isObject(id) && (inner === undefined || inner === null)) return undefined;
  if (isObject(id) && typeof inner === "string") return inner;
  if (isObject(id) && isObject(inner)) return "";
  throw corrupt(place.path, "is a malformed resource reference: 'id' must be a text");
}

function decodeSpecialNumber(json: ParsedObject, place: Place): number {
  const hex = requireString(json, "value", place, "malformed float value");
  if (!/^[0-9a-fA-F]{1,16}$/.test(hex)) throw corrupt(place.path, "is a malformed float value");
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, BigInt(`0x${hex}`));
  return bits.getFloat64(0);
}
