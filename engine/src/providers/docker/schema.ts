import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";

/**
 * The shape of the resources of package `docker`, as the official plugin (a bridge to a Terraform provider) has it.
 * One table a resource drives checks, defaults, differences, previews and the recorded state.
 */
export interface FieldOptions {
  readonly required?: true;
  /** The provider fills it where the program does not: leaving it out is never a difference. */
  readonly computed?: true;
  /** Never an input. */
  readonly output?: true;
  /** A change replaces the resource. */
  readonly replaces?: true;
  /** As `replaces`, where the official plugin records an update that does not reach the object. */
  readonly replacesHere?: true;
  /** Docker can set it in place, but not take it away. */
  readonly removalReplaces?: true;
  /** Compared with the live value even where the program leaves it out: it can be put right in place. */
  readonly tracked?: true;
  readonly default?: string | number | boolean;
  /** The Terraform name, where it is not simply ours in snake case. */
  readonly tf?: string;
  /** What is wrong with the value, as half a sentence; undefined where nothing is. */
  readonly problem?: (value: PropertyValue) => string | undefined;
  /** True where two different spellings mean the same. */
  readonly alike?: (recorded: PropertyValue, declared: PropertyValue) => boolean;
}

export type Field = FieldOptions &
  (
    | { readonly kind: "string" | "int" | "bool" | "map" }
    /** A list of texts; a set where not `ordered`. */
    | { readonly kind: "strings"; readonly ordered: boolean }
    /** A list of objects; a set where not `ordered`. */
    | { readonly kind: "blocks"; readonly ordered: boolean; readonly fields: Fields }
    /** One object: a Terraform list or set of at most one. */
    | { readonly kind: "block"; readonly ordered: boolean; readonly fields: Fields }
  );

export type Fields = { readonly [name: string]: Field };

export interface ResourceSchema {
  readonly type: string;
  readonly fields: Fields;
  /** Terraform's schema version; 0 is not recorded. */
  readonly version: number;
  /** Whether the recorded meta-data has Terraform's operation timeouts. */
  readonly timeouts: boolean;
  /** Whether a missing `name` is made from the resource's name. */
  readonly autonamed: boolean;
  readonly deleteBeforeReplace: boolean;
  /** Pairs of inputs that exclude each other. */
  readonly conflicts: readonly (readonly [string, string])[];
}

export const string = (options: FieldOptions = {}): Field => ({ kind: "string", ...options });
export const int = (options: FieldOptions = {}): Field => ({ kind: "int", ...options });
export const bool = (options: FieldOptions = {}): Field => ({ kind: "bool", ...options });
export const map = (options: FieldOptions = {}): Field => ({ kind: "map", ...options });
export const list = (options: FieldOptions = {}): Field => ({ kind: "strings", ordered: true, ...options });
export const set = (options: FieldOptions = {}): Field => ({ kind: "strings", ordered: false, ...options });
export const blockList = (fields: Fields, options: FieldOptions = {}): Field => ({
  kind: "blocks",
  ordered: true,
  fields,
  ...options,
});
export const blockSet = (fields: Fields, options: FieldOptions = {}): Field => ({
  kind: "blocks",
  ordered: false,
  fields,
  ...options,
});
export const oneOfList = (fields: Fields, options: FieldOptions = {}): Field => ({
  kind: "block",
  ordered: true,
  fields,
  ...options,
});
export const oneOfSet = (fields: Fields, options: FieldOptions = {}): Field => ({
  kind: "block",
  ordered: false,
  fields,
  ...options,
});

/** The Terraform name of a field. */
export function terraformName(name: string, field: Field): string {
  return field.tf ?? snakeCase(name);
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** True where a change below this field replaces the resource, given the value that appears or goes. */
export function triggersReplacement(field: Field, value: PropertyValue): boolean {
  if (field.replaces || field.replacesHere) return true;
  if (field.kind === "block") return isPropertyMap(value) && blockTriggers(field.fields, value);
  if (field.kind !== "blocks" || !isPropertyArray(value)) return false;
  return value.some((item) => isPropertyMap(item) && blockTriggers(field.fields, item));
}

function blockTriggers(fields: Fields, value: PropertyMap): boolean {
  return Object.entries(fields).some(([name, field]) => {
    const nested = value[name];
    return nested !== undefined && nested !== null && triggersReplacement(field, nested);
  });
}

/** A `problem` for texts that must match a pattern; the value is told, so use it for nothing secret. */
export function matching(pattern: RegExp, expected: string): (value: PropertyValue) => string | undefined {
  return (value) =>
    pattern.test(String(value)) ? undefined : `expected ${expected}, got ${JSON.stringify(value)}`;
}

/** A `problem` for numbers below a minimum. */
export function atLeast(minimum: number): (value: PropertyValue) => string | undefined {
  return (value) =>
    Number(value) >= minimum ? undefined : `expected ${minimum} or more, got ${String(value)}`;
}
