import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { identity } from "./diff.ts";
import type { Field, Fields } from "./schema.ts";
import { isZero, sameValue, textsAt } from "./values.ts";

/** The inputs a refresh records: those that were declared, with their live values. */
export function refreshedInputs(fields: Fields, inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  const entries = Object.entries(inputs).flatMap(([name, old]): [string, PropertyValue][] => {
    const live = outputs[name];
    if (name.startsWith("__") || live === undefined || live === null) return [];
    return [[name, refreshedValue(fields[name], old, live)]];
  });
  const result = Object.fromEntries(entries);
  const defaults = textsAt(inputs, "__defaults").filter((name) => sameValue(result[name], inputs[name]));
  return defaults.length > 0 ? { __defaults: defaults, ...result } : result;
}

function refreshedValue(field: Field | undefined, old: PropertyValue, live: PropertyValue): PropertyValue {
  if (isPropertyMap(old) && isPropertyMap(live)) {
    return field?.kind === "block" ? refreshedInputs(field.fields, old, live) : refreshedMap(old, live);
  }
  if (!isPropertyArray(old) || !isPropertyArray(live)) return live;
  if (field?.kind === "blocks") return refreshedBlocks(field, old, live);
  return field?.kind === "strings" && !field.ordered ? old.filter((item) => live.includes(item)) : live;
}

function refreshedMap(old: PropertyMap, live: PropertyMap): PropertyMap {
  const entries = Object.keys(old).flatMap((key): [string, PropertyValue][] => {
    const value = live[key];
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function refreshedBlocks(
  field: Extract<Field, { kind: "blocks" }>,
  old: readonly PropertyValue[],
  live: readonly PropertyValue[],
): PropertyValue[] {
  return old.flatMap((item, index) => {
    const match = field.ordered
      ? live[index]
      : live.find((other) => identity(field, other) === identity(field, item));
    return isPropertyMap(item) && isPropertyMap(match) ? [refreshedInputs(field.fields, item, match)] : [];
  });
}

/** The inputs an import records: whatever is set and not the default. */
export function importedInputs(fields: Fields, outputs: PropertyMap): PropertyMap {
  const entries = Object.entries(fields).flatMap(([name, field]): [string, PropertyValue][] => {
    const value = outputs[name];
    if (field.output || value === undefined || value === null) return [];
    const imported = importedValue(field, value);
    const isDefault = field.default === undefined ? isZero(imported) : sameValue(imported, field.default);
    return isDefault && !field.required ? [] : [[name, imported]];
  });
  return { __defaults: [], ...Object.fromEntries(entries) };
}

function importedValue(field: Field, value: PropertyValue): PropertyValue {
  if (field.kind === "block" && isPropertyMap(value)) return importedInputs(field.fields, value);
  if (field.kind !== "blocks" || !isPropertyArray(value)) return value;
  return value.map((item) => (isPropertyMap(item) ? importedInputs(field.fields, item) : item));
}
