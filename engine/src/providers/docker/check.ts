import { createHash } from "node:crypto";
import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import type { CheckFailure, CheckRequest, CheckResult } from "../provider.ts";
import type { Field, Fields, ResourceSchema } from "./schema.ts";
import { textsAt, unwrapMap } from "./values.ts";

const MAXIMUM_NAME = 255;

/** Validates and completes a program's inputs as the official plugin does; every problem is told at once. */
export function checkInputs(schema: ResourceSchema, request: CheckRequest): CheckResult {
  const failures: CheckFailure[] = [];
  const report = (path: string, reason: string): void => {
    failures.push({ property: "", reason: `${reason}. Examine values at '${request.name}.${path}'.` });
  };
  const news = unwrapMap(request.news);
  const checked = checkFields(schema.fields, news, { path: "", report });
  const named = schema.autonamed ? withName(checked, request, report) : checked;
  for (const [left, right] of schema.conflicts) {
    if (named[left] !== undefined && named[right] !== undefined)
      report(left, `"${left}" conflicts with "${right}"`);
  }
  for (const path of missingRequired(schema.fields, named, "")) {
    failures.push({ property: "", reason: `Missing required property '${path}'` });
  }
  return { inputs: named, failures };
}

interface Place {
  readonly path: string;
  readonly report: (path: string, reason: string) => void;
}

/** Declared values of the right type, defaults for missing ones, and the list of what was defaulted. */
function checkFields(fields: Fields, values: PropertyMap, place: Place): PropertyMap {
  const result: Record<string, PropertyValue> = {};
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith("__") || value === null) continue;
    const path = place.path === "" ? name : `${place.path}.${name}`;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) place.report(path, `Invalid or unknown key${suggestion(name, fields)}`);
    else if (field.output) place.report(path, "Value for unconfigurable attribute");
    else result[name] = checkValue(field, value, { ...place, path });
  }
  const defaulted = Object.entries(fields).filter(([name, { default: value }]) => value && !(name in result));
  for (const [name, field] of defaulted) result[name] = field.default ?? null;
  return { __defaults: defaulted.map(([name]) => name).sort(), ...result };
}

function checkValue(field: Field, value: PropertyValue, place: Place): PropertyValue {
  if (value instanceof Computed) return value;
  const checked = checkShape(field, value, place);
  const problem = checked === undefined ? undefined : field.problem?.(checked);
  if (problem !== undefined) place.report(place.path, problem);
  return checked ?? value;
}

function checkShape(field: Field, value: PropertyValue, place: Place): PropertyValue | undefined {
  if (field.kind === "block") {
    return isPropertyMap(value)
      ? checkFields(field.fields, value, place)
      : mistyped("an object", value, place);
  }
  if (field.kind === "strings" || field.kind === "blocks") {
    if (!isPropertyArray(value)) return mistyped("a list", value, place);
    const element: Field =
      field.kind === "strings" ? { kind: "string" } : { kind: "block", ordered: true, fields: field.fields };
    return value.map((item, index) =>
      checkValue(element, item, { ...place, path: `${place.path}[${index}]` }),
    );
  }
  if (field.kind === "map") {
    if (!isPropertyMap(value)) return mistyped("a map of texts", value, place);
    return checkMap(value, place);
  }
  return checkScalar(field.kind, value) ?? mistyped(SCALARS[field.kind], value, place);
}

function checkMap(value: PropertyMap, place: Place): PropertyMap {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, item]) => [
        key,
        checkValue({ kind: "string" }, item, { ...place, path: `${place.path}.${key}` }),
      ]),
  );
}

const SCALARS = { string: "a text", int: "a whole number", bool: "true or false" } as const;

/** The value in the field's type; numbers, flags and texts are turned into each other where that loses nothing. */
function checkScalar(kind: "string" | "int" | "bool", value: PropertyValue): PropertyValue | undefined {
  if (kind === "string") {
    return typeof value === "number" || typeof value === "boolean" || typeof value === "string"
      ? String(value)
      : undefined;
  }
  if (kind === "bool") {
    if (value === "true" || value === "false") return value === "true";
    return typeof value === "boolean" ? value : undefined;
  }
  if (typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

/** Never tells the value: it may be a secret. */
function mistyped(expected: string, value: PropertyValue, place: Place): undefined {
  const actual = isPropertyArray(value) ? "a list" : isPropertyMap(value) ? "an object" : `a ${typeof value}`;
  place.report(place.path, `expected ${expected}, got ${actual}`);
  return undefined;
}

function missingRequired(fields: Fields, values: PropertyMap, parent: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = parent === "" ? name : `${parent}.${name}`;
    const value = values[name];
    if (value === undefined) return field.required ? [path] : [];
    if (field.kind === "block" && isPropertyMap(value)) return missingRequired(field.fields, value, path);
    if (field.kind !== "blocks" || !isPropertyArray(value)) return [];
    return value.flatMap((item, index) =>
      isPropertyMap(item) ? missingRequired(field.fields, item, `${path}[${index}]`) : [],
    );
  });
}

function withName(inputs: PropertyMap, request: CheckRequest, report: Place["report"]): PropertyMap {
  if (inputs["name"] !== undefined) return inputs;
  const defaults = [...textsAt(inputs, "__defaults"), "name"].sort();
  const olds = unwrapMap(request.olds);
  const old = olds["name"];
  const wasDefaulted = olds["__defaults"] === undefined || textsAt(olds, "__defaults").includes("name");
  if (typeof old === "string" && wasDefaulted) return { ...inputs, __defaults: defaults, name: old };
  const { autonaming } = request;
  if (autonaming?.mode === "disabled") {
    report("name", "automatic naming is disabled, so a name must be given");
    return inputs;
  }
  const name = autonaming === undefined ? automaticName(request) : autonaming.name;
  return { ...inputs, __defaults: defaults, name };
}

/** The resource's name and seven hex digits made from the seed. */
function automaticName(request: CheckRequest): string {
  const digits = createHash("sha256").update(request.randomSeed).digest("hex").slice(0, 7);
  return `${request.name.slice(0, MAXIMUM_NAME - digits.length - 1)}-${digits}`;
}

function suggestion(name: string, fields: Fields): string {
  const near = Object.keys(fields).find((known) => !fields[known]?.output && isNear(known, name));
  return near === undefined ? "" : ` (did you mean '${near}'?)`;
}

/** At most two letters apart, or one is the plural of the other. */
function isNear(left: string, right: string): boolean {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[right.length] ?? 0) <= 2;
}
