import { createHash } from "node:crypto";
import { ProviderError } from "../../errors.ts";
import { annotateSecrets } from "../../plan/secrets.ts";
import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../../protocol/property-value.ts";
import { unwrapMap } from "../plain-values.ts";
import type { CheckFailure, CheckRequest, CheckResult } from "../provider.ts";
import { requireTypes } from "./encode-inputs.ts";
import { findJson } from "./json-text.ts";
import { unknownInputs, withDefaults } from "./legacy-inputs.ts";
import type { Field, Fields, ResourceSchema } from "./schema.ts";

const SUFFIX_LENGTH = 7;

/** Checks types, completes the name, and says what is missing or does not go together. */
export function checkInputs(schema: ResourceSchema, request: CheckRequest): CheckResult {
  const named = withName(schema, request);
  requireTypes(schema.fields, named);
  const news = schema.legacy ? withDefaults(schema.fields, named, unwrapMap(request.news)) : named;
  const inputs = annotateSecrets(markSecretFields(schema.fields, news), request.news);
  const place = { path: "", resource: request.name };
  const unknown = schema.legacy ? unknownInputs(schema.fields, news, "") : [];
  const problems = [...unknown, ...(schema.rules?.(news) ?? [])];
  return {
    inputs,
    failures: [
      ...findFailures(schema.fields, news, place),
      ...problems.map(({ path, reason }) => failure({ ...place, path }, reason)),
    ],
  };
}

function withName(schema: ResourceSchema, request: CheckRequest): PropertyMap {
  const news = unwrapMap(request.news);
  const name = Object.keys(schema.fields).find((key) => schema.fields[key]?.autoname);
  if (name === undefined || !isMissing(news[name])) return news;
  const before = unwrapMap(request.olds)[name];
  return { ...news, [name]: isMissing(before) ? automaticName(request) : (before ?? null) };
}

function automaticName({ name, randomSeed, autonaming }: CheckRequest): PropertyValue {
  switch (autonaming?.mode) {
    case "disabled":
      throw new ProviderError("automatic naming is disabled but property `name` is required", {
        status: "ok",
      });
    case "enforce":
    case "propose":
      return autonaming.name;
    case undefined:
      return `${name}-${createHash("sha256").update(randomSeed).update(name).digest("hex").slice(0, SUFFIX_LENGTH)}`;
  }
}

/** True where the name looks like one that was made here for a resource called `resource`. */
export function isAutomaticName(name: PropertyValue | undefined, resource: string): boolean {
  return typeof name === "string" && name.startsWith(`${resource}-`) && /-[0-9a-f]{7}$/.test(name);
}

function isMissing(value: PropertyValue | undefined): boolean {
  return value === undefined || value === null;
}

/** Fields that are secret whatever the program says of them, at every depth. */
export function markSecretFields(fields: Fields, values: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, markSecret(fields[name], value)]),
  );
}

function markSecret(field: Field | undefined, value: PropertyValue): PropertyValue {
  if (field === undefined || isMissing(value) || value instanceof Secret) return value;
  if (field.secret) return new Secret(value);
  if (field.kind === "object" && isPropertyMap(value)) return markSecretFields(field.fields, value);
  if (field.kind !== "objects" || !isPropertyArray(value)) return value;
  return value.map((item) => (isPropertyMap(item) ? markSecretFields(field.fields, item) : item));
}

interface Place {
  /** Of the map that is looked at, "" at the top. */
  readonly path: string;
  readonly resource: string;
}

function findFailures(fields: Fields, values: PropertyMap, place: Place): readonly CheckFailure[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = values[name] ?? null;
    const at = { ...place, path: place.path === "" ? name : `${place.path}.${name}` };
    if (value === null) return field.required ? [failure(at, missing(at.path))] : [];
    return [...conflictsOf(field, values, at), ...valueFailures(field, value, at)];
  });
}

function failure({ path, resource }: Place, reason: string): CheckFailure {
  return { property: "", reason: `${reason}. Examine values at '${resource}.${path}'.` };
}

function missing(path: string): string {
  return `Missing required argument. The argument "${path}" is required, but no definition was found`;
}

function conflictsOf(field: Field, values: PropertyMap, at: Place): readonly CheckFailure[] {
  return (field.conflicts ?? [])
    .filter((other) => !isMissing(values[other]))
    .map((other) =>
      failure(
        at,
        `Invalid Attribute Combination. Attribute "${other}" cannot be specified when "${at.path}" is specified`,
      ),
    );
}

function isWithin([least, most]: readonly [number, number], value: number): boolean {
  return value >= least && value <= most;
}

function valueFailures(field: Field, value: PropertyValue, at: Place): readonly CheckFailure[] {
  if (value instanceof Computed) return [];
  if (field.oneOf !== undefined && !field.oneOf.includes(String(value))) {
    const allowed = field.oneOf.map((each) => JSON.stringify(each)).join(" ");
    const reason = `Invalid Attribute Value Match. Attribute ${at.path} value must be one of: [${allowed}], got: ${JSON.stringify(value)}`;
    return [failure(at, reason)];
  }
  if (field.range !== undefined && !isWithin(field.range, Number(value))) {
    const [least, most] = field.range;
    return [failure(at, `"${at.path}" value should be between ${least} and ${most}, got: ${String(value)}`)];
  }
  if (field.json && typeof value === "string" && value !== "" && findJson(value) === undefined) {
    return [failure(at, `"${at.path}" is not valid JSON: give JSON.stringify(...) of the value`)];
  }
  if (field.kind === "object" && isPropertyMap(value)) return findFailures(field.fields, value, at);
  if (field.kind !== "objects" || !isPropertyArray(value)) return [];
  if (field.required && field.isBlock && value.length === 0) return [failure(at, missing(at.path))];
  return value.flatMap((item, index) =>
    isPropertyMap(item) ? findFailures(field.fields, item, { ...at, path: `${at.path}[${index}]` }) : [],
  );
}
