import type { PropertyMap } from "./property.ts";

/** What a rule sees of a resource. */
export interface JudgedResource {
  /** Type token, for example `docker:index/container:Container`. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Inputs, for a stack rule outputs; secrets opened, what is not known yet left out as `UNKNOWN`. */
  readonly properties: PropertyMap;
  readonly isProtected: boolean;
}

/** A setting of a rule, as JSON schema. */
export interface SettingSchema {
  readonly description: string;
  readonly type: "boolean" | "integer" | "number" | "string" | "array";
  readonly items?: { readonly type: "string" | "integer" };
  readonly default?: unknown;
  readonly minimum?: number;
}

export interface RuleBase {
  readonly name: string;
  /** One sentence: what holds where nothing is reported. */
  readonly description: string;
  /** What to do about a violation. */
  readonly remedy: string;
  /** Unless a stack's file below `config/` says otherwise. */
  readonly level: "advisory" | "mandatory";
  readonly severity: "low" | "medium" | "high" | "critical";
  readonly settings?: { readonly [setting: string]: SettingSchema };
}

export type RuleSettings = { readonly [setting: string]: unknown };

/** Judges each resource by itself, before it is made or changed. */
export interface ResourceRule extends RuleBase {
  readonly judges: "resource";
  /** What is wrong with a resource, a sentence each; pure. */
  check(resource: JudgedResource, settings: RuleSettings): readonly string[];
}

/** Something wrong with a stack, and the resource it is about. */
export interface StackViolation {
  readonly message: string;
  readonly urn?: string;
}

/** Where a stack rule may look beside the resources. */
export interface StackContext {
  readonly stack: string;
  /** Text of a file, relative to the pack; undefined where there is none. */
  findFile(path: string): string | undefined;
}

/** Judges a stack as a whole, at the end. */
export interface StackRule extends RuleBase {
  readonly judges: "stack";
  check(
    resources: readonly JudgedResource[],
    settings: RuleSettings,
    context: StackContext,
  ): readonly StackViolation[];
}

export type Rule = ResourceRule | StackRule;
