import { UserError } from "../errors.ts";
import { parsePropertyPath } from "./property-path.ts";

/** How automatic names are made. */
export type NamingStrategy =
  | { readonly kind: "default" | "verbatim" | "disabled" }
  | { readonly kind: "pattern"; readonly pattern: string; readonly enforce: boolean };

/** The strategies of a stack: for all resources, for those of a package, for those of a type. */
export interface NamingConfig {
  readonly forAll: NamingStrategy;
  readonly packages: ReadonlyMap<
    string,
    { readonly forAll: NamingStrategy; readonly types: ReadonlyMap<string, NamingStrategy> }
  >;
}

/** What the patterns of a stack may refer to. */
export interface NamingContext {
  readonly project: string;
  readonly stack: string;
  readonly config: { readonly [key: string]: string };
}

const PROVIDERS_OWN: NamingStrategy = { kind: "default" };
const RULE_FIELDS = ["mode", "pattern", "enforce"];

/** Reads the configuration value `pulumi:autonaming`. @throws UserError `autonaming-invalid`, in the official CLI's words */
export function parseNamingConfig(context: NamingContext): NamingConfig | undefined {
  const text = context.config["pulumi:autonaming"];
  if (text === undefined) return undefined;
  const json = section(parseJson(text), ["providers"]);
  const forAll = within("root naming config", () => strategyOf(json, context)) ?? PROVIDERS_OWN;
  const packages = Object.entries(readMap(json["providers"])).map(([pkg, value]) => {
    const own = section(value, ["resources"]);
    const strategy = within(`naming config for provider "${pkg}"`, () => strategyOf(own, context));
    const types = Object.entries(readMap(own["resources"])).map(([type, rule]) => {
      const found = within(`naming config for resource "${type}"`, () =>
        strategyOf(section(rule, []), context),
      );
      if (found === undefined) throw invalid(`mode or pattern must be specified for resource "${type}"`);
      return [type, found] as const;
    });
    return [pkg, { forAll: strategy ?? forAll, types: new Map(types) }] as const;
  });
  return { forAll, packages: new Map(packages) };
}

type Section = { readonly [field: string]: unknown };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function section(value: unknown, more: readonly string[]): Section {
  const map = readMap(value);
  const unknown = Object.keys(map).find((field) => ![...RULE_FIELDS, ...more].includes(field));
  if (unknown === undefined) return map;
  throw invalid(`${NOT_PARSED}: json: unknown field "${unknown}"`);
}

const NOT_PARSED = "failed to parse autonaming config: invalid autonaming config structure";

function readMap(value: unknown): Section {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Section;
  throw invalid(`${NOT_PARSED}: ${JSON.stringify(value)} is not a map`);
}

/** Undefined where nothing is said. */
function strategyOf({ mode, pattern, enforce }: Section, context: NamingContext): NamingStrategy | undefined {
  const hasMode = mode !== undefined && mode !== null;
  const hasPattern = pattern !== undefined && pattern !== null;
  const hasEnforce = enforce !== undefined && enforce !== null;
  if (hasMode && (hasPattern || hasEnforce)) {
    throw new Error("cannot specify both mode and pattern/enforce");
  }
  if (hasPattern) {
    return { kind: "pattern", pattern: fillIn(String(pattern), context), enforce: enforce === true };
  }
  if (hasEnforce) throw new Error("pattern must be specified when enforce is true");
  if (!hasMode) return undefined;
  if (mode === "default" || mode === "verbatim" || mode === "disabled") return { kind: mode };
  throw new Error(`invalid naming mode: ${String(mode)}`);
}

/** What is the same for every resource of the stack. */
function fillIn(pattern: string, { project, stack, config }: NamingContext): string {
  return pattern
    .replaceAll(/\$\{organization\}/g, () => "organization")
    .replaceAll(/\$\{project\}/g, () => project)
    .replaceAll(/\$\{stack\}/g, () => stack)
    .replaceAll(/\$\{config\.([^}]+)\}/g, (_, key: string) => lookUp(key, project, config));
}

function lookUp(key: string, project: string, config: NamingContext["config"]): string {
  const [root = "", ...path] = parsePropertyPath(key) ?? [];
  const text = config[`${project}:${root}`];
  let value: unknown = text !== undefined && path.length > 0 ? parseJson(text) : text;
  for (const step of path)
    value = (value as { readonly [key: string | number]: unknown } | undefined)?.[step];
  if (value === undefined || value === null) throw new Error(`no value found for key "${key}"`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function within<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalid(`failed to resolve ${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalid(message: string): UserError {
  return new UserError("autonaming-invalid", `getting autonaming config: ${message}`);
}
