import type { PropertyMap } from "../protocol/property-value.ts";
import { ASSET_SIGNATURE, SIGNATURE_KEY } from "../protocol/signatures.ts";
import type { JsonValue } from "../state/go-json.ts";
import { encodeProperties, type SecretWriter } from "../state/property-json.ts";

type JsonObject = { readonly [key: string]: JsonValue };

const blind: SecretWriter = { field: "ciphertext", text: () => "[secret]" };

/** Properties as listeners see them: secrets as `[secret]`, texts of assets left out. */
export function encodeBlind(properties: PropertyMap): JsonValue {
  return elideTexts(encodeProperties(properties, blind));
}

function elideTexts(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(elideTexts);
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonObject;
  const isText = object[SIGNATURE_KEY] === ASSET_SIGNATURE && typeof object["text"] === "string";
  if (isText) return { ...object, text: "<contents elided>" };
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, elideTexts(item)]));
}
