import {
  Computed,
  containsUnknowns,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { findMapAt } from "../plain-values.ts";
import { isCustomDefinition, isSecret } from "./api-kind.ts";
import { type KubeObject, withoutMetadata } from "./object.ts";
import { withCanonicalQuantities } from "./quantity.ts";

/** Metadata that only the server writes. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Brings inputs that mean the same on the server into one form, so that they show no difference. */
export function normalizeInputs(object: KubeObject): KubeObject {
  return withoutMetadata(containsUnknowns(object) ? object : normalized(object), READ_ONLY);
}

/** Texts of a secret that are not known stand where the recorded ones stand, which are not known either. */
export function placeUnknownTexts(object: KubeObject, recorded: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  const isMoved = isSecret(object) && stringData instanceof Computed && recorded["data"] instanceof Computed;
  return isMoved ? { ...rest, data: stringData } : object;
}

function normalized(object: KubeObject): KubeObject {
  if (isSecret(object)) return normalizedSecret(object);
  return isCustomDefinition(object) ? normalizedDefinition(object) : withCanonicalQuantities(object);
}

/** The server keeps `stringData` as `data`, and base64 in its shortest form. */
function normalizedSecret(object: KubeObject): KubeObject {
  const { stringData: _, ...rest } = object;
  const texts = findMapAt(object, "stringData") ?? {};
  const data = findMapAt(object, "data") ?? {};
  if (Object.keys(texts).length > 0) {
    const encoded = Object.entries(texts).map(([key, text]) => [key, toBase64(text)]);
    return { ...rest, data: { ...data, ...Object.fromEntries(encoded) } };
  }
  if (Object.keys(data).length === 0) return object;
  return { ...object, data: mapValues(data, canonicalBase64) };
}

function toBase64(text: PropertyValue): PropertyValue {
  return typeof text === "string" ? Buffer.from(text).toString("base64") : text;
}

function canonicalBase64(text: PropertyValue): PropertyValue {
  if (typeof text !== "string") return text;
  const bare = text.replaceAll(/[\r\n]/g, "");
  const encoded = Buffer.from(bare, "base64").toString("base64");
  return encoded === bare ? encoded : text;
}

/** `preserveUnknownFields: false` is the default and vanishes on the server; the status is not an input. */
function normalizedDefinition(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object;
  const spec = rest["spec"];
  if (!isPropertyMap(spec) || spec["preserveUnknownFields"] !== false) return rest;
  const { preserveUnknownFields: __, ...kept } = spec;
  return { ...rest, spec: kept };
}

function mapValues(map: PropertyMap, change: (value: PropertyValue) => PropertyValue): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
