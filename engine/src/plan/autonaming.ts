import { UserError } from "../errors.ts";
import type { Autonaming } from "../providers/provider.ts";

/** How automatic names are made, at one level of `pulumi:autonaming`. */
interface NamingRule {
  readonly mode?: string;
  readonly pattern?: string;
  readonly enforce?: boolean;
}

/** The configuration value `pulumi:autonaming`: a rule for all, others for a package or a type. */
export interface NamingConfig extends NamingRule {
  readonly providers?: {
    readonly [pkg: string]: NamingRule & { readonly resources?: { readonly [type: string]: NamingRule } };
  };
}

/** What is named, and what patterns may refer to. */
export interface NamedResource {
  readonly name: string;
  readonly type: string;
  readonly project: string;
  readonly stack: string;
  readonly config: { readonly [key: string]: string };
}

export interface NameChoice {
  /** Undefined: the provider's own way. */
  readonly autonaming: Autonaming | undefined;
  /** A name without randomness is taken until the old object is gone. */
  readonly deleteBeforeReplace: boolean;
}

const providersOwn: NameChoice = { autonaming: undefined, deleteBeforeReplace: false };

/** Reads the configuration value. @throws UserError `autonaming-invalid`. */
export function parseNamingConfig(text: string | undefined): NamingConfig | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as NamingConfig;
  } catch (cause) {
    throw new UserError("autonaming-invalid", `invalid value for pulumi:autonaming: ${text}`, {
      help: "It is a map: `pulumi config set --path pulumi:autonaming.mode verbatim`.",
      cause,
    });
  }
}

/** The rule for a resource: its type's, its package's, or the one for all. */
function ruleFor(config: NamingConfig, type: string): NamingRule {
  const provider = config.providers?.[type.split(":")[0] ?? ""];
  const rules = [provider?.resources?.[type], provider, config];
  return rules.find((rule) => rule?.mode !== undefined || rule?.pattern !== undefined) ?? {};
}

/** Says how a resource's automatic name is made; equal seeds give equal names. */
export function chooseName(
  config: NamingConfig | undefined,
  resource: NamedResource,
  seed: Uint8Array,
): NameChoice {
  if (config === undefined) return providersOwn;
  const { mode, pattern, enforce } = ruleFor(config, resource.type);
  if (pattern !== undefined) {
    const { name, isRandom } = fillPattern(pattern, resource, seed);
    const kind = enforce === true ? ("enforce" as const) : ("propose" as const);
    return { autonaming: { mode: kind, name }, deleteBeforeReplace: !isRandom };
  }
  switch (mode ?? "default") {
    case "default":
      return providersOwn;
    case "verbatim":
      return { autonaming: { mode: "enforce", name: resource.name }, deleteBeforeReplace: true };
    case "disabled":
      return { autonaming: { mode: "disabled" }, deleteBeforeReplace: false };
    default:
      throw new UserError("autonaming-invalid", `invalid autonaming mode: ${mode}`, {
        help: "It is one of default, verbatim and disabled.",
      });
  }
}

const alphabets: { readonly [kind: string]: string } = {
  hex: "0123456789abcdef",
  alphanum: "0123456789abcdefghijklmnopqrstuvwxyz",
  string: "abcdefghijklmnopqrstuvwxyz",
  num: "0123456789",
};

function fillPattern(pattern: string, resource: NamedResource, seed: Uint8Array) {
  let isRandom = false;
  let used = 0;
  const draw = (alphabet: string) => alphabet[(seed[used++ % seed.length] ?? 0) % alphabet.length] ?? "";
  const many = (alphabet: string, count: number) =>
    Array.from({ length: count }, () => draw(alphabet)).join("");
  const name = pattern.replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
    const [, kind = "", count] = /^(\w+)\((\d+)\)$/.exec(expression) ?? [];
    const alphabet = alphabets[kind];
    if (alphabet !== undefined) {
      isRandom = true;
      return many(alphabet, Number(count));
    }
    if (expression === "uuid") {
      isRandom = true;
      return [8, 4, 4, 4, 12].map((length) => many(alphabets["hex"] ?? "", length)).join("-");
    }
    return lookUp(expression, resource);
  });
  return { name, isRandom };
}

function lookUp(expression: string, { name, project, stack, config }: NamedResource): string {
  const known: { readonly [name: string]: string } = { name, project, stack, organization: "organization" };
  const key = expression.startsWith("config.") ? expression.slice("config.".length) : undefined;
  const value = key === undefined ? known[expression] : config[key.includes(":") ? key : `${project}:${key}`];
  if (value !== undefined) return value;
  throw new UserError("autonaming-invalid", `invalid autonaming pattern: \${${expression}} has no value`);
}
