import { ProviderError } from "../../errors.ts";
import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { type Field, type Fields, wireNameOf } from "./schema.ts";

/** A value of another type than Terraform's; the words lead to it from the outside in. */
class EncodeError extends Error {
  override name = "EncodeError";
}

/**
 * Makes sure that inputs have the types that Terraform wants, in the words of the official plugin.
 * @throws ProviderError
 */
export function requireTypes(fields: Fields, inputs: PropertyMap): void {
  try {
    checkObject(fields, inputs);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    const message = `cannot encode resource inputs to call ValidateResourceConfig: ${error.message}`;
    throw new ProviderError(message, { status: "unknown" });
  }
}

function checkObject(fields: Fields, value: PropertyMap): void {
  for (const [name, inner] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const field = fields[name];
    if (field === undefined || isAbsent(inner)) continue;
    within(`objectEncoder failed on property "${wireNameOf(name, field)}"`, () => checkValue(field, inner));
  }
}

function isAbsent(value: PropertyValue): boolean {
  return value === null || value instanceof Computed;
}

function within(place: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof EncodeError ? new EncodeError(`${place}: ${error.message}`) : error;
  }
}

function checkValue(field: Field, value: PropertyValue): void {
  switch (field.kind) {
    case "text":
      requireThat(isText(value), "String", value);
      return;
    case "number":
      requireThat(isNumber(value), "Number", value);
      return;
    case "flag":
      requireThat(isFlag(value), "Bool", value);
      return;
    case "map":
      checkElements("encMap", Object.entries(asMap(value)), (item) => checkValue({ kind: "text" }, item));
      return;
    case "texts":
      checkElements(encoderOf(field.isSet), asList(value).entries(), (item) =>
        checkValue({ kind: "text" }, item),
      );
      return;
    case "object":
      checkObject(field.fields, asMap(value));
      return;
    case "objects":
      checkElements(encoderOf(field.isSet), asList(value).entries(), (item) =>
        checkObject(field.fields, asMap(item)),
      );
  }
}

function asMap(value: PropertyValue): PropertyMap {
  return isPropertyMap(value) ? value : refuse("Object", value);
}

function asList(value: PropertyValue): readonly PropertyValue[] {
  return isPropertyArray(value) ? value : refuse("Array", value);
}

function encoderOf(isSet: true | undefined): string {
  return isSet ? "encSet" : "encList";
}

function checkElements(
  encoder: string,
  elements: Iterable<readonly [string | number, PropertyValue]>,
  check: (item: PropertyValue) => void,
): void {
  for (const [key, item] of elements) {
    if (isAbsent(item)) continue;
    within(`${encoder} failed while encoding element ${key} (${goText(item)})`, () => check(item));
  }
}

/** Numbers and flags become texts by themselves, and texts that read as one become a number or a flag. */
function isText(value: PropertyValue): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isNumber(value: PropertyValue): boolean {
  return typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
}

function isFlag(value: PropertyValue): boolean {
  return typeof value === "boolean" || value === "true" || value === "false";
}

function requireThat(holds: boolean, wanted: string, value: PropertyValue): void {
  if (!holds) refuse(wanted, value);
}

function refuse(wanted: string, value: PropertyValue): never {
  const shown = typeof value === "string" ? JSON.stringify(value) : goInner(value);
  const isString = typeof value === "string";
  throw new EncodeError(`Expected a ${wanted}, got resource.PropertyValue{V:${shown}} ${isString}`);
}

/** A value as Go prints it: the official plugin's words hold such texts. */
function goText(value: PropertyValue): string {
  return `{${goInner(value)}}`;
}

function goInner(value: PropertyValue): string {
  if (isPropertyArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isPropertyMap(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(" ")}]`;
}
