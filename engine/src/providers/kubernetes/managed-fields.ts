import { isPropertyMap, type PropertyMap } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, textAt } from "../plain-values.ts";
import { type KubeObject, metadataOf } from "./object.ts";

/** Under this name objects are created; the first update hands their fields to the manager that is recorded. */
export const CREATOR = "pulumi-kubernetes";

/** Managers whose fields become ours at the first apply: our own creations and what kubectl did before. */
const PREDECESSORS: readonly (readonly [manager: string, operation: string])[] = [
  ["kubectl", "Apply"],
  ["kubectl", "Update"],
  ["before-first-apply", "Update"],
  [CREATOR, "Update"],
  ["pulumi-kubernetes.exe", "Update"],
  ["pulumi-resource-kubernetes", "Update"],
];

function isPredecessor(entry: PropertyMap): boolean {
  const [manager, operation] = [textAt(entry, "manager"), textAt(entry, "operation")];
  return PREDECESSORS.some(([name, how]) => name === manager && how === operation) && isWhole(entry);
}

/** Entries about the status or the scale are of the controllers. */
function isWhole(entry: PropertyMap): boolean {
  return textAt(entry, "subresource") === "";
}

export function managedFieldsOf(object: KubeObject): readonly PropertyMap[] {
  return mapsAt(metadataOf(object), "managedFields");
}

/** True where the object was created here and not applied to since. */
export function isOwnCreation(object: KubeObject): boolean {
  return managedFieldsOf(object).some(
    (entry) => textAt(entry, "operation") === "Update" && textAt(entry, "manager").startsWith("pulumi-"),
  );
}

/** A JSON patch that hands the predecessors' fields to `manager`; undefined where there is nothing to hand over. */
export function takeOverPatch(object: KubeObject, manager: string): readonly PropertyMap[] | undefined {
  const entries = managedFieldsOf(object);
  const taken = entries.filter(isPredecessor);
  if (taken.length === 0) return undefined;
  const isOurs = (entry: PropertyMap): boolean =>
    textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply" && isWhole(entry);
  const before = entries.find(isOurs) ?? { ...taken[0], manager, operation: "Apply" };
  const fields = taken.map(fieldsOf).reduce(mergeFields, fieldsOf(before));
  const others = entries.filter((entry) => !isPredecessor(entry) && !isOurs(entry));
  return [
    { op: "replace", path: "/metadata/managedFields", value: [...others, { ...before, fieldsV1: fields }] },
    {
      op: "replace",
      path: "/metadata/resourceVersion",
      value: textAt(metadataOf(object), "resourceVersion"),
    },
  ];
}

function fieldsOf(entry: PropertyMap): PropertyMap {
  return findMapAt(entry, "fieldsV1") ?? {};
}

function mergeFields(left: PropertyMap, right: PropertyMap): PropertyMap {
  const merged = Object.entries(right).map(([key, value]) => {
    const own = left[key];
    return [key, isPropertyMap(own) && isPropertyMap(value) ? mergeFields(own, value) : value];
  });
  return { ...left, ...Object.fromEntries(merged) };
}

/** True where only others manage the field at a path of keys. */
export function isOthersField(object: KubeObject, path: readonly string[], manager: string): boolean {
  const owners = managedFieldsOf(object)
    .filter((entry) => hasField(fieldsOf(entry), path))
    .map((entry) => textAt(entry, "manager"));
  return owners.length > 0 && !owners.includes(manager);
}

function hasField(fields: PropertyMap, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const inner = fields[`f:${key}`];
  return isPropertyMap(inner) && hasField(inner, rest);
}
