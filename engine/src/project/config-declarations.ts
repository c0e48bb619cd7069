/** What Pulumi.yaml says about configuration: defaults, values, types. */
import { type ConfigMap, type ConfigValue, configText, isContainer, parseConfigKey } from "./config-value.ts";
import { strangeAttributes } from "./known-attributes.ts";

export type ConfigTypeName = "string" | "integer" | "boolean" | "object" | "array";

export interface ConfigType {
  readonly type: ConfigTypeName;
  /** Of an array. */
  readonly items: ConfigType | undefined;
}

export interface ConfigDeclaration {
  /** As written in the file. */
  readonly name: string;
  /** `namespace:name`. */
  readonly key: string;
  /** Undefined: any type. */
  readonly type: ConfigType | undefined;
  readonly default: ConfigValue | undefined;
  readonly value: ConfigValue | undefined;
  readonly secret: boolean;
}

const TYPES: ReadonlySet<unknown> = new Set<ConfigTypeName>([
  "string",
  "integer",
  "boolean",
  "object",
  "array",
]);
const FIELDS = ["type", "items", "description", "default", "value", "secret"];

export interface DeclarationProblems {
  /** What is not of the right form. */
  readonly form: string[];
  /** What makes no sense though it is: it names its key itself. */
  readonly sense: string[];
}

/** Reads the `config` section; problems are added to `problems`. */
export function readDeclarations(
  section: ConfigMap,
  project: string,
  problems: DeclarationProblems,
): readonly ConfigDeclaration[] {
  return Object.entries(section).flatMap(([name, given]) => {
    const { value, form, sense } = readDeclaration(name, given, project);
    problems.form.push(...form.map((problem) => `config.${name}: ${problem}`));
    problems.sense.push(...sense);
    return form.length + sense.length === 0 ? [value] : [];
  });
}

interface Read {
  readonly value: ConfigDeclaration;
  readonly form: readonly string[];
  readonly sense: readonly string[];
}

function readDeclaration(name: string, given: ConfigValue, project: string): Read {
  const own = !name.includes(":") || name.startsWith(`${project}:`);
  const long = isLongForm(given) ? given : { [own ? "default" : "value"]: given };
  const type = readType(long["type"], long["items"]);
  const key = tryParseKey(name, project);
  const value: ConfigDeclaration = {
    name,
    key: key ?? name,
    type: type === "invalid" ? undefined : type,
    default: long["default"] ?? undefined,
    value: long["value"] ?? undefined,
    secret: long["secret"] === true,
  };
  const form = [...(key === undefined ? [KEY_FORM] : []), ...shapeProblems(long, type)];
  return { value, form, sense: own ? ownProblems(value) : foreignProblems(value) };
}

const KEY_FORM = "configuration keys should be of the form `<namespace>:<name>`";

function tryParseKey(name: string, project: string): string | undefined {
  const parts = name.split(":").length;
  return parts > 3 || (parts === 3 && name.split(":")[1] !== "config")
    ? undefined
    : parseConfigKey(name, project);
}

/** A map with any of the known fields describes a value; any other map would be a value, which is not allowed. */
function isLongForm(given: ConfigValue): given is ConfigMap {
  return isContainer(given) && !Array.isArray(given);
}

function readType(
  type: ConfigValue | undefined,
  items: ConfigValue | undefined,
): ConfigType | undefined | "invalid" {
  if (type === undefined || type === null) return undefined;
  if (!TYPES.has(type)) return "invalid";
  if (items === undefined || items === null) return { type: type as ConfigTypeName, items: undefined };
  const inner = isLongForm(items) ? readType(items["type"], items["items"]) : "invalid";
  return inner === "invalid" || inner === undefined
    ? "invalid"
    : { type: type as ConfigTypeName, items: inner };
}

function shapeProblems(form: ConfigMap, type: ConfigType | undefined | "invalid"): readonly string[] {
  return [
    ...strangeAttributes(Object.keys(form), FIELDS),
    ...(type === "invalid"
      ? ["type must be one of string, integer, boolean, object, array; items must have a type too"]
      : []),
    ...(form["secret"] !== undefined && typeof form["secret"] !== "boolean"
      ? ["secret must be true or false"]
      : []),
  ];
}

function ownProblems({ name, type, default: fallback, value }: ConfigDeclaration): readonly string[] {
  const problems: string[] = [];
  if (fallback !== undefined && value !== undefined) {
    problems.push(`project config '${name}' cannot have both a 'default' and 'value' attribute`);
  }
  if (type?.type === "array" && type.items === undefined) {
    problems.push(
      `The configuration key '${name}' declares an array but does not specify the underlying type via the 'items' attribute`,
    );
  } else if (type !== undefined && fallback !== undefined && !hasType(fallback, type)) {
    problems.push(
      `The default value specified for configuration key '${name}' is not of the expected type '${typeName(type)}'`,
    );
  }
  return problems;
}

function foreignProblems({ name, type, default: fallback, value }: ConfigDeclaration): readonly string[] {
  if (type !== undefined) {
    return [`Configuration key '${name}' is not namespaced by the project and should not define a type`];
  }
  if (fallback !== undefined) {
    return [
      `Configuration key '${name}' is not namespaced by the project and should not define a default value. ` +
        "Did you mean to use the 'value' attribute instead of 'default'?",
    ];
  }
  return value === undefined
    ? [`Configuration key '${name}' is namespaced and must provide an attribute 'value'`]
    : [];
}

/** True where a value is of a type; texts of numbers and booleans count as such. */
export function hasType(value: ConfigValue, { type, items }: ConfigType): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return typeof value === "number" ? Number.isInteger(value) : /^[+-]?\d+$/.test(String(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return isLongForm(value);
    case "array":
      return (
        items !== undefined &&
        Array.isArray(value) &&
        value.every((item: ConfigValue) => hasType(item, items))
      );
  }
}

/** `array<array<string>>`. */
export function typeName({ type, items }: ConfigType): string {
  return items === undefined ? type : `${type}<${typeName(items)}>`;
}

/** The value a declaration gives where the stack has none, in the form of a stack's settings. */
export function declaredValue({ default: fallback, value }: ConfigDeclaration): ConfigValue | undefined {
  const given = fallback ?? value;
  if (given === undefined) return undefined;
  return isContainer(given) ? given : configText(given);
}
