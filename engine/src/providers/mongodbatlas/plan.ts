import {
  computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import type { Field, Fields } from "./schema.ts";

/** The attributes of a new object: what is declared, defaults, and unknowns where Atlas decides. */
export function planCreate(fields: Fields, inputs: PropertyMap): PropertyMap {
  return planFields(fields, inputs, undefined);
}

/** The attributes after a change in place: what Atlas decided before stays. */
export function planUpdate(fields: Fields, inputs: PropertyMap, recorded: PropertyMap): PropertyMap {
  return planFields(fields, inputs, recorded);
}

/** Attributes that are null are left out, as in the official plugin's outputs. */
function planFields(fields: Fields, inputs: PropertyMap, recorded: PropertyMap | undefined): PropertyMap {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]): [string, PropertyValue][] => {
      const value = planField(
        field,
        inputs[name] ?? null,
        recorded === undefined ? undefined : (recorded[name] ?? null),
      );
      return value === null || field.writeOnly ? [] : [[name, value]];
    }),
  );
}

/** `recorded` undefined: there is no object yet. */
function planField(
  field: Field,
  declared: PropertyValue,
  recorded: PropertyValue | undefined,
): PropertyValue {
  if (declared === null || field.output) return undeclared(field, recorded);
  if (field.kind === "object" && isPropertyMap(declared)) {
    return planFields(field.fields, declared, asMap(recorded));
  }
  if (field.kind !== "objects" || !isPropertyArray(declared)) return converted(field, declared);
  return declared.map((item, index) => {
    if (!isPropertyMap(item)) return item;
    const before = field.isSet || !isPropertyArray(recorded) ? undefined : asMap(recorded[index]);
    return planFields(field.fields, item, before);
  });
}

function undeclared(field: Field, recorded: PropertyValue | undefined): PropertyValue {
  if (field.default !== undefined) return field.default;
  if (field.computed) return recorded === undefined || recorded === null ? unknownOnce(recorded) : recorded;
  return field.kind === "objects" && field.isBlock ? [] : null;
}

/** What Atlas did not give before it will not give now. */
function unknownOnce(recorded: PropertyValue | undefined): PropertyValue {
  return recorded === undefined ? computed : null;
}

function asMap(value: PropertyValue | undefined): PropertyMap | undefined {
  return isPropertyMap(value) ? value : undefined;
}

/** Terraform's type of a scalar that was given in another one. */
function converted(field: Field, value: PropertyValue): PropertyValue {
  if (field.kind === "text" && (typeof value === "number" || typeof value === "boolean"))
    return String(value);
  if (field.kind === "number" && typeof value === "string") return Number(value);
  return field.kind === "flag" && typeof value === "string" ? value === "true" : value;
}
