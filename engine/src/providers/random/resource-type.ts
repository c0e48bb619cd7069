import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { CheckFailure } from "../provider.ts";
import type { Field, Planned } from "./fields.ts";

/** An output that the provider makes up. */
export interface ComputedField {
  readonly name: string;
  readonly secret?: true;
}

export interface Generated {
  readonly id: string;
  /** Every computed field but `id`. */
  readonly values: PropertyMap;
}

/** An existing value taken over: what it would have been asked for with, and what it is. */
export interface Imported extends Generated {
  readonly inputs: PropertyMap;
}

/** One kind of random value: what it takes, what it gives and how it is drawn. */
export interface ResourceType {
  readonly fields: readonly Field[];
  readonly computed: readonly ComputedField[];
  /** True where the outputs have an `id` besides the resource's own. */
  readonly outputsId: boolean;
  /** Version of the recorded form; 0 is not recorded. */
  readonly schemaVersion: number;
  /** Names that the provider behind the official one uses for fields; needed to record how to get back to them. */
  readonly renamed?: { readonly [name: string]: string };
  /** Fills in fields that depend on each other. */
  readonly settle?: (planned: Planned) => Planned;
  /** Brings outputs recorded by an older version up to date. */
  readonly upgrade?: (outputs: PropertyMap) => PropertyMap | Promise<PropertyMap>;
  readonly validate?: (planned: Planned) => readonly Problem[];
  readonly generate: (planned: Planned, now: () => number) => Generated | Promise<Generated>;
  /** Absent where values cannot be imported. */
  readonly import?: (id: string) => Imported | Promise<Imported>;
}

/** What is wrong with one field. */
export interface Problem {
  readonly field: string;
  readonly reason: string;
}

/** In the words of the official provider, which names the field in the text and not as the property. */
export function toCheckFailure({ field, reason }: Problem, resource: string): CheckFailure {
  return { property: "", reason: `${reason}. Examine values at '${resource}.${field}'.` };
}

/** The field that every resource has: a new value is drawn when one of these values changes. */
export const KEEPERS: Field = { name: "keepers", kind: "map" };

/** Refuses lengths below one, as the official provider does. */
export function atLeastOne(planned: Planned, field: string): readonly Problem[] {
  const value = planned[field];
  if (typeof value !== "number" || value >= 1) return [];
  const reason = `Invalid Attribute Value. Attribute ${field} value must be at least 1, got: ${value}`;
  return [{ field, reason }];
}

/** What the official provider says of an identifier that it cannot import. */
export function importError(what: string, reason: string): ProviderError {
  return new ProviderError(`Import Random ${what} Error: ${reason}`, { status: "ok" });
}
