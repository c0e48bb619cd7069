import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi";
import { copyProperties } from "./property.ts";
import type { JudgedResource, ResourceRule, Rule, RuleBase, StackContext, StackRule } from "./rule.ts";

/** A rule as the SDK takes it. */
export function toPolicy(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  return rule.judges === "resource" ? toResourcePolicy(rule) : toStackPolicy(rule);
}

function toResourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  return {
    ...described(rule),
    validateResource(args, report) {
      for (const message of rule.check(judged(args), settingsOf(rule, args.getConfig()))) report(message);
    },
  };
}

function toStackPolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...described(rule),
    validateStack(args, report) {
      const settings = settingsOf(rule, args.getConfig());
      for (const { message, urn } of rule.check(args.resources.map(judged), settings, context)) {
        report(message, urn);
      }
    },
  };
}

function described(rule: RuleBase) {
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: rule.level,
    severity: rule.severity,
    remediationSteps: rule.remedy,
    ...(rule.settings !== undefined && {
      configSchema: { properties: rule.settings } as unknown as PolicyConfigSchema,
    }),
  };
}

interface SdkResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: { readonly [property: string]: unknown };
  readonly opts: { readonly protect: boolean };
}

function judged({ type, name, urn, props, opts }: SdkResource): JudgedResource {
  return { type, name, urn, properties: copyProperties(props), isProtected: opts.protect };
}

/** Engines fill in defaults from the schema; the pack does not rely on it. */
function settingsOf(rule: RuleBase, given: { readonly [setting: string]: unknown }) {
  const defaults = Object.entries(rule.settings ?? {}).map(([name, schema]) => [name, schema.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

const context: StackContext = {
  get stack() {
    return getStack();
  },
  findFile(path) {
    const file = resolve(import.meta.dirname, path);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  },
};
