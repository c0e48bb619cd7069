import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { findMapAt, textAt, unwrapMap } from "../plain-values.ts";

/** A Kubernetes object as plain values: no secrets; unknowns only while previewing. */
export type KubeObject = PropertyMap;

const DASHED = [
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
];
const TO_DASHES = new Map(DASHED.map((name) => [name.replaceAll("-", "_"), name]));
const FROM_DASHES = new Map(DASHED.map((name) => [name, name.replaceAll("-", "_")]));

/** Properties as Kubernetes spells them. */
export function toObject(properties: PropertyMap): KubeObject {
  return renameKeys(unwrapMap(properties), TO_DASHES);
}

/** An object as programs spell it. */
export function toProperties(object: KubeObject): PropertyMap {
  return renameKeys(object, FROM_DASHES);
}

function renameKeys(map: PropertyMap, names: ReadonlyMap<string, string>): PropertyMap {
  const rename = (value: PropertyValue): PropertyValue => {
    if (isPropertyArray(value)) return value.map(rename);
    return isPropertyMap(value) ? renameKeys(value, names) : value;
  };
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [names.get(key) ?? key, rename(value)]),
  );
}

/** `metadata`; {} where it is missing or unknown. */
export function metadataOf(object: KubeObject): PropertyMap {
  return findMapAt(object, "metadata") ?? {};
}

export function nameOf(object: KubeObject): string {
  return textAt(metadataOf(object), "name");
}

export function namespaceOf(object: KubeObject): string {
  return textAt(metadataOf(object), "namespace");
}

export function annotationOf(object: KubeObject, name: string): string {
  return textAt(findMapAt(metadataOf(object), "annotations") ?? {}, name);
}

export function hasAnnotation(object: KubeObject, name: string): boolean {
  return annotationOf(object, name) === "true";
}

/** The object with some of its metadata replaced. */
export function withMetadata(object: KubeObject, changed: PropertyMap): KubeObject {
  return { ...object, metadata: { ...metadataOf(object), ...changed } };
}

/** The object without some of its metadata. */
export function withoutMetadata(object: KubeObject, names: readonly string[]): KubeObject {
  if (!isPropertyMap(object["metadata"])) return object;
  const kept = Object.entries(metadataOf(object)).filter(([key]) => !names.includes(key));
  return { ...object, metadata: Object.fromEntries(kept) };
}

/** The id in the state: `namespace/name`, or the name of what has no namespace. */
export function idOf(object: KubeObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** The value at a path of keys; undefined where something on the way is missing. */
export function valueAt(
  value: PropertyValue | undefined,
  path: readonly (string | number)[],
): PropertyValue | undefined {
  return path.reduce<PropertyValue | undefined>((at, key) => {
    if (typeof key === "number") return isPropertyArray(at) ? at[key] : undefined;
    return isPropertyMap(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, value);
}
