import { schemaViolations } from "./config-schema.ts";
import type { EnforcementLevel, PolicyConfig, PolicyConfigs, PolicyPackInfo } from "./policy-pack.ts";

const LEVELS: ReadonlySet<string> = new Set<EnforcementLevel>([
  "advisory",
  "mandatory",
  "remediate",
  "disabled",
]);

/** Applies to every policy of a pack. */
const ALL = "all";

/** Reads a file of `--policy-pack-config`, for the pack at a path. @throws Error that says what is wrong, worded as the official CLI does. */
export function parsePolicyConfig(text: string, pack: string): PolicyConfigs {
  if (text.trim() === "") return {};
  const given = JSON.parse(text) as { readonly [policy: string]: unknown };
  if ("environments" in given) {
    throw new Error(
      `policy pack at ${JSON.stringify(pack)} specifies ESC environments but the current backend does not support them`,
    );
  }
  return Object.fromEntries(
    Object.entries(given)
      .map(([policy, value]) => [policy, readConfig(policy, value)] as const)
      .filter(([, config]) => config.enforcementLevel !== undefined || !isEmpty(config.properties)),
  );
}

function readConfig(policy: string, value: unknown): PolicyConfig {
  if (typeof value === "string") {
    return { enforcementLevel: readLevel(policy, value), properties: {} };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`parsing "${policy}": ${value} is not a valid value; must be a string or object`);
  }
  const { enforcementLevel, ...properties } = value as { readonly [name: string]: unknown };
  if (enforcementLevel === undefined) return { properties };
  return { enforcementLevel: readLevel(policy, enforcementLevel), properties };
}

function readLevel(policy: string, level: unknown): EnforcementLevel {
  if (typeof level !== "string") {
    throw new Error(
      `parsing enforcement level for "${policy}": ${level} is not a valid enforcement level; must be a string`,
    );
  }
  if (!LEVELS.has(level)) {
    throw new Error(
      `parsing enforcement level for "${policy}": ${JSON.stringify(level)} is not a valid enforcement level`,
    );
  }
  return level as EnforcementLevel;
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}

/** The configuration of every policy of a pack: the schema's defaults, the pack's own, then what a person gives. */
export function reconcilePolicyConfig(info: PolicyPackInfo, given: PolicyConfigs): PolicyConfigs {
  const defaults = Object.fromEntries(
    info.policies.map(({ name, enforcementLevel, configSchema }): [string, PolicyConfig] => [
      name,
      { enforcementLevel, properties: defaultsOf(configSchema?.properties ?? {}) },
    ]),
  );
  return applyConfig(applyConfig(defaults, info.initialConfig), given);
}

function defaultsOf(properties: { readonly [name: string]: unknown }): PolicyConfig["properties"] {
  const entries = Object.entries(properties).flatMap(([name, schema]) =>
    typeof schema === "object" && schema !== null && "default" in schema
      ? [[name, schema.default] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

function applyConfig(base: PolicyConfigs, change: PolicyConfigs): PolicyConfigs {
  const all = change[ALL]?.enforcementLevel;
  const levelled =
    all === undefined
      ? base
      : Object.fromEntries(
          Object.entries(base).map(([name, config]) => [name, { ...config, enforcementLevel: all }]),
        );
  const changed = Object.entries(change).map(([name, config]) => {
    const before = levelled[name] ?? { properties: {} };
    return [name, { ...before, ...config, properties: { ...before.properties, ...config.properties } }];
  });
  return { ...levelled, ...Object.fromEntries(changed) };
}

/** What is wrong with a configuration, a line for each problem. */
export function policyConfigProblems(info: PolicyPackInfo, configs: PolicyConfigs): readonly string[] {
  return info.policies.flatMap(({ name, configSchema }) => {
    if (configSchema === undefined) return [];
    const problems = schemaViolations(configSchema, configs[name]?.properties ?? {});
    return problems.map((problem) => `${name}: ${problem}`);
  });
}
