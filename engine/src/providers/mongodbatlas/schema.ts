import type { PropertyMap } from "../../protocol/property-value.ts";

/** What Terraform knows of one attribute. The name is the program's: camel case, lists in the plural. */
export interface FieldTraits {
  readonly required?: true;
  /** Atlas fills it in where the program says nothing. */
  readonly computed?: true;
  /** Atlas alone says what it is. */
  readonly output?: true;
  readonly default?: string | boolean;
  /** Another value means another object. */
  readonly forceNew?: true;
  /** Another value is refused: it counts at the creation only. */
  readonly createOnly?: true;
  readonly secret?: true;
  /** Sent, never recorded. */
  readonly writeOnly?: true;
  /** Made from the resource's name where the program gives none. */
  readonly autoname?: true;
  /** The only values that Atlas takes. */
  readonly oneOf?: readonly string[];
  /** Fields that must not be given beside it. */
  readonly conflicts?: readonly string[];
  /** Terraform's name where it is not this one in snake case. */
  readonly wireName?: string;
  /** Text that is JSON: its spelling does not matter. */
  readonly json?: true;
  /** The smallest and the largest number that is allowed. */
  readonly range?: readonly [number, number];
}

export type Field = FieldTraits &
  (
    | { readonly kind: "text" | "number" | "flag" | "map" }
    /** `isSet`: the order does not matter. */
    | { readonly kind: "texts"; readonly isSet?: true }
    | { readonly kind: "object"; readonly fields: Fields }
    /** `isBlock`: never null, empty where nothing is given. */
    | { readonly kind: "objects"; readonly fields: Fields; readonly isSet?: true; readonly isBlock?: true }
  );

export type Fields = { readonly [name: string]: Field };

/** What is wrong with a resource's inputs, and where. */
export interface Problem {
  /** A property path. */
  readonly path: string;
  /** With what to do about it. */
  readonly reason: string;
}

export interface ResourceSchema {
  /** `mongodbatlas:index/project:Project`. */
  readonly type: string;
  readonly fields: Fields;
  /** Of the recorded form; 0 is not recorded. */
  readonly version: number;
  /** Whether the outputs have an `id` beside the resource's own. */
  readonly outputsId: boolean;
  /**
   * Made with the older of Terraform's SDKs: inputs tell which of them are defaults, unknown ones are refused, and a
   * zero says as much as nothing.
   */
  readonly legacy?: true;
  /** Seconds that operations may take; recorded for the older SDK. */
  readonly limits?: { readonly create?: number; readonly update?: number; readonly delete?: number };
  /** What fields do not say one by one. Values may be unknown. */
  readonly rules?: (inputs: PropertyMap) => readonly Problem[];
}

/** Terraform's name of a field. */
export function wireNameOf(name: string, field: Field | undefined): string {
  return field?.wireName ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const required = { required: true } as const;
const computed = { computed: true } as const;
const output = { computed: true, output: true } as const;

/** Short forms for the tables. */
export const text = (traits: FieldTraits = {}): Field => ({ kind: "text", ...traits });
export const number = (traits: FieldTraits = {}): Field => ({ kind: "number", ...traits });
export const flag = (traits: FieldTraits = {}): Field => ({ kind: "flag", ...traits });
export const map = (traits: FieldTraits = {}): Field => ({ kind: "map", ...traits });
export const texts = (traits: FieldTraits & { readonly isSet?: true } = {}): Field => ({
  kind: "texts",
  ...traits,
});
export const object = (fields: Fields, traits: FieldTraits = {}): Field => ({
  kind: "object",
  fields,
  ...traits,
});
export const objects = (
  fields: Fields,
  traits: FieldTraits & { readonly isSet?: true; readonly isBlock?: true } = {},
): Field => ({ kind: "objects", fields, ...traits });
export const TRAITS = { required, computed, output } as const;

/** How long operations may take; Terraform's own field, as text like `1h30m`. */
export const timeouts = (...names: readonly string[]): Field => ({
  kind: "object",
  fields: Object.fromEntries(names.map((name) => [name, text()])),
});
