import { Ajv, type ErrorObject } from "ajv";
import type { PolicyConfigSchema } from "./policy-pack.ts";

/** What of a policy's configuration does not meet its schema, in the words of the official CLI. */
export function schemaViolations(
  schema: PolicyConfigSchema,
  config: { readonly [name: string]: unknown },
): readonly string[] {
  const { properties, required } = schema;
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const validate = ajv.compile({
    type: "object",
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
  });
  if (validate(config)) return [];
  return (validate.errors ?? []).map((error) => {
    const field = error.instancePath.slice(1).replaceAll("/", ".");
    const text = describe(error, field);
    return field === "" ? text : `${field}: ${text}`;
  });
}

function describe(error: ErrorObject, field: string): string {
  const { params, data, schema } = error;
  const limit = String(params["limit"]);
  switch (error.keyword) {
    case "required":
      return `${params["missingProperty"]} is required`;
    case "type":
      return `Invalid type. Expected: ${[params["type"]].flat().join(",")}, given: ${typeName(data)}`;
    case "enum":
      return `${field} must be one of the following: ${allowed(schema as readonly unknown[])}`;
    case "const":
      return `${field} does not match: ${JSON.stringify(schema)}`;
    case "minLength":
      return `String length must be greater than or equal to ${limit}`;
    case "maxLength":
      return `String length must be less than or equal to ${limit}`;
    case "pattern":
      return `Does not match pattern '${params["pattern"]}'`;
    case "format":
      return `Does not match format '${params["format"]}'`;
    default:
      return describeNumberOrList(error, limit);
  }
}

function describeNumberOrList({ keyword, params, message = "" }: ErrorObject, limit: string): string {
  switch (keyword) {
    case "minimum":
      return `Must be greater than or equal to ${limit}`;
    case "maximum":
      return `Must be less than or equal to ${limit}`;
    case "exclusiveMinimum":
      return `Must be greater than ${limit}`;
    case "exclusiveMaximum":
      return `Must be less than ${limit}`;
    case "multipleOf":
      return `Must be a multiple of ${params["multipleOf"]}`;
    case "minItems":
      return `Array must have at least ${limit} items`;
    case "maxItems":
      return `Array must have at most ${limit} items`;
    case "uniqueItems":
      return `array items[${params["j"]},${params["i"]}] must be unique`;
    case "contains":
      return "At least one of the items must match";
    case "minProperties":
      return `Must have at least ${limit} properties`;
    case "maxProperties":
      return `Must have at most ${limit} properties`;
    case "additionalProperties":
      return `Additional property ${params["additionalProperty"]} is not allowed`;
    default:
      return message;
  }
}

function allowed(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
