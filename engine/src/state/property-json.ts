/**
 * Property values as a checkpoint holds them. Differs from the wire: unknowns are one sentinel, output values lose
 * their dependencies, secrets are ciphertext (or, for people, plaintext) of the JSON text of what they hide.
 */
import {
  Archive,
  Asset,
  Computed,
  isPropertyArray,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../protocol/property-value.ts";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_VALUE,
} from "../protocol/signatures.ts";
import { encodeGoJson, type JsonValue } from "./go-json.ts";

/** Marks a NaN or an infinity, which JSON has no form for. */
export const FLOAT_SIGNATURE = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c";

/** How secrets are written: under which field, and which text stands for one. */
export interface SecretWriter {
  readonly field: "ciphertext" | "plaintext";
  /** `plaintext` is the JSON text of the value. */
  text(secret: Secret, plaintext: string): string;
}

/** Shows secrets in clear, for a person who asked. */
export const plaintextWriter: SecretWriter = {
  field: "plaintext",
  text: (_secret, plaintext) => plaintext,
};

/** Writes a map of properties. */
export function encodeProperties(properties: PropertyMap, secrets: SecretWriter): JsonValue {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, encodeProperty(value, secrets)]),
  );
}

/** Writes one value. */
export function encodeProperty(value: PropertyValue, secrets: SecretWriter): JsonValue {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : encodeSpecialNumber(value);
  if (isPropertyArray(value)) return value.map((item) => encodeProperty(item, secrets));
  if (value instanceof Secret) return encodeSecret(value, secrets);
  if (value instanceof Computed) return UNKNOWN_VALUE;
  if (value instanceof OutputValue) return encodeOutput(value, secrets);
  if (value instanceof ResourceReference) return encodeReference(value);
  if (value instanceof Asset || value instanceof Archive) return encodeAssetOrArchive(value);
  return encodeProperties(value, secrets);
}

/** The JSON text that is encrypted for a secret. */
export function secretPlaintext(secret: Secret, field: SecretWriter["field"]): string {
  // What is encrypted as a whole needs no second encryption: inner secrets keep only their mark.
  const inner = encodeProperty(secret.value, { field, text: (_secret, plaintext) => plaintext });
  return encodeGoJson(inner, { escapeHtml: true });
}

function encodeSecret(secret: Secret, secrets: SecretWriter): JsonValue {
  return {
    [SIGNATURE_KEY]: SECRET_SIGNATURE,
    [secrets.field]: secrets.text(secret, secretPlaintext(secret, secrets.field)),
  };
}

function encodeOutput(output: OutputValue, secrets: SecretWriter): JsonValue {
  const value = output.value ?? UNKNOWN_VALUE;
  return encodeProperty(output.secret ? new Secret(value) : value, secrets);
}

function encodeReference(reference: ResourceReference): JsonValue {
  const { id } = reference;
  return {
    [SIGNATURE_KEY]: RESOURCE_SIGNATURE,
    urn: reference.urn,
    packageVersion: reference.packageVersion,
    ...(id === undefined ? {} : { id: id instanceof Computed ? "" : id }),
  };
}

function encodeAssetOrArchive(value: Asset | Archive): JsonValue {
  return {
    [SIGNATURE_KEY]: value instanceof Asset ? ASSET_SIGNATURE : ARCHIVE_SIGNATURE,
    ...(value.hash === "" ? {} : { hash: value.hash }),
    ...encodeSource(value.source),
  };
}

function encodeSource(source: Asset["source"] | Archive["source"]): { readonly [field: string]: JsonValue } {
  if (!("assets" in source)) {
    return Object.fromEntries(Object.entries(source).filter(([, text]) => text !== ""));
  }
  const assets = Object.entries(source.assets);
  return { assets: Object.fromEntries(assets.map(([name, item]) => [name, encodeAssetOrArchive(item)])) };
}

function encodeSpecialNumber(value: number): JsonValue {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  return { [SIGNATURE_KEY]: FLOAT_SIGNATURE, value: bits.getBigUint64(0).toString(16).padStart(16, "0") };
}
