import { ProviderError } from "../../errors.ts";
import {
  Computed,
  computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  propertyMap,
} from "../../protocol/property-value.ts";

/** An input of a resource. */
export interface Field {
  readonly name: string;
  readonly kind: "number" | "string" | "boolean" | "strings" | "map";
  readonly required?: true;
  readonly default?: number | string | boolean;
}

/** Input values as the provider works with them: none is null, defaults are filled in. Unknowns only in previews. */
export type Planned = PropertyMap;

/** Brings inputs into the types of their fields; absent and null ones get their default, or are left out. */
export function planFields(fields: readonly Field[], inputs: PropertyMap): Planned {
  const entries: [string, PropertyValue][] = [];
  for (const field of fields) {
    const value = convert(field, inputs[field.name]) ?? field.default;
    if (value !== undefined) entries.push([field.name, value]);
  }
  return propertyMap(entries);
}

function convert({ name, kind }: Field, value: PropertyValue | undefined): PropertyValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Computed) return computed;
  switch (kind) {
    case "number":
      return toNumber(name, value);
    case "boolean":
      return typeof value === "boolean" ? value : refuse(name, "a Boolean");
    case "string":
      return toText(name, value);
    case "strings":
      return isPropertyArray(value) ? value.map((element) => toText(name, element)) : refuse(name, "a list");
    case "map":
      return isPropertyMap(value) ? toTextMap(name, value) : refuse(name, "an Object");
  }
}

function toNumber(name: string, value: PropertyValue): number | undefined {
  if (value === "") return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : refuse(name, "a whole Number");
}

function toText(name: string, value: PropertyValue): PropertyValue {
  if (typeof value === "string" || value instanceof Computed) return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : refuse(name, "a string");
}

/** Keys without a value do not count. */
function toTextMap(name: string, map: PropertyMap): PropertyMap {
  const given = Object.entries(map).filter(([, value]) => value !== null);
  return propertyMap(given.map(([key, value]) => [key, toText(name, value)]));
}

function refuse(name: string, expected: string): never {
  throw new ProviderError(`property ${JSON.stringify(name)}: expected ${expected}`, { status: "ok" });
}

/** A planned number; the plan of a creation has every required field. */
export function numberOf(planned: Planned, name: string): number {
  const value = planned[name];
  return typeof value === "number" ? value : 0;
}

/** A planned text; "" where there is none. */
export function textOf(planned: Planned, name: string): string {
  const value = planned[name];
  return typeof value === "string" ? value : "";
}
