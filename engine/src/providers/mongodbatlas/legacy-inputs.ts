import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import type { Field, Fields, Problem } from "./schema.ts";

const DEFAULTS = "__defaults";

/** Defaults of resources of the older SDK, and on every level the list of them; `given` is what the program said. */
export function withDefaults(fields: Fields, values: PropertyMap, given: PropertyMap): PropertyMap {
  const missing = Object.entries(fields).filter(
    ([name, { default: value }]) => value !== undefined && (values[name] ?? null) === null,
  );
  const filled = missing.map(([name, field]): [string, PropertyValue] => [name, field.default ?? null]);
  const all = { ...values, ...Object.fromEntries(filled) };
  const named = Object.keys(all).filter((name) => !(name in given) || filled.some(([each]) => each === name));
  return { [DEFAULTS]: named.sort(), ...withLists(fields, all) };
}

function withLists(fields: Fields, values: PropertyMap): PropertyMap {
  const entries = Object.entries(values).filter(([name]) => name !== DEFAULTS);
  return Object.fromEntries(entries.map(([name, value]) => [name, withList(fields[name], value)]));
}

function withList(field: Field | undefined, value: PropertyValue): PropertyValue {
  if (field?.kind === "object" && isPropertyMap(value))
    return { [DEFAULTS]: [], ...withLists(field.fields, value) };
  if (field?.kind !== "objects" || !isPropertyArray(value)) return value;
  return value.map((item) =>
    isPropertyMap(item) ? { [DEFAULTS]: [], ...withLists(field.fields, item) } : item,
  );
}

/** Inputs that the older SDK refuses: it does not know them, or Atlas alone decides about them. */
export function unknownInputs(fields: Fields, values: PropertyMap, parent: string): readonly Problem[] {
  return Object.entries(values).flatMap(([name, value]): readonly Problem[] => {
    if (name.startsWith("__") || value === null) return [];
    const path = parent === "" ? name : `${parent}.${name}`;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return [{ path, reason: `Invalid or unknown key "${name}": take it out` }];
    if (field.output) return [{ path, reason: `Atlas decides about "${path}" alone: take it out` }];
    if (field.kind === "object" && isPropertyMap(value)) return unknownInputs(field.fields, value, path);
    if (field.kind !== "objects" || !isPropertyArray(value)) return [];
    return value.flatMap((item, index) =>
      isPropertyMap(item) ? unknownInputs(field.fields, item, `${path}[${index}]`) : [],
    );
  });
}
