import {
  computed,
  isPropertyArray,
  isPropertyMap,
  isUnknown,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { isAlike } from "./diff.ts";
import { hadEmptyBlock, RAW_STATE_DELTA, rawStateDelta } from "./raw-state.ts";
import type { Field, Fields, ResourceSchema } from "./schema.ts";
import { isZero } from "./values.ts";

const TIMEOUTS = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";
const DEFAULT_TIMEOUT_SECONDS = 1200;

/** Which operation limits are recorded, in seconds; 0 = the default. */
export interface Timeouts {
  readonly create?: number;
  readonly update?: number;
}

/** What a preview of a creation says: inputs and defaults, and unknowns where Docker decides. */
export function plannedOutputs(schema: ResourceSchema, inputs: PropertyMap): PropertyMap {
  const entries = Object.entries(schema.fields).map(([name, field]): [string, PropertyValue] => {
    const declared = inputs[name];
    if (declared !== undefined && declared !== null) return [name, filled(field, declared, PLANNED)];
    return [name, field.computed || field.output ? computed : absent(field)];
  });
  const meta = schema.timeouts ? { __meta: metaText({ _new_extra_shim: {}, ...timeoutMeta({}) }) } : {};
  return { ...meta, id: computed, ...Object.fromEntries(entries) };
}

/** Recorded values stay as they are spelt where Docker's spelling means the same. */
function keepSpelling(field: Field, recorded: PropertyValue, live: PropertyValue): PropertyValue {
  if (!isAlike(field, live, recorded)) return live;
  return field.kind !== "blocks" || isAlike(field, recorded, live) ? recorded : live;
}

/**
 * The attributes to record: what Docker says, else what was declared or recorded before, else nothing.
 * `isNew` right after the creation.
 */
export function settledValues(
  schema: ResourceSchema,
  known: { readonly declared: PropertyMap; readonly live: PropertyMap; readonly isNew: boolean },
): PropertyMap {
  return Object.fromEntries(
    Object.entries(schema.fields).map(([name, field]): [string, PropertyValue] => {
      const live = known.live[name];
      const declared = known.declared[name];
      const isDeclared = declared !== undefined && declared !== null;
      const own = isDeclared ? filled(field, declared, RECORDED) : absent(field);
      if (live === undefined) return [name, own];
      if (isDeclared) return [name, keepSpelling(field, own, live)];
      // Terraform keeps an empty map or list of texts that nobody declared as null until the next refresh.
      const isBlank = (field.kind === "map" || field.kind === "strings") && !field.computed && isZero(live);
      return [name, known.isNew && isBlank ? null : live];
    }),
  );
}

/** The attributes after an update in place: recorded ones with the declared ones over them. */
export function updatedValues(
  schema: ResourceSchema,
  recorded: PropertyMap,
  inputs: PropertyMap,
): PropertyMap {
  return Object.fromEntries(
    Object.entries(schema.fields).map(([name, field]): [string, PropertyValue] => {
      const declared = inputs[name];
      const old = recorded[name] ?? null;
      if (declared === undefined || declared === null) return [name, undeclared(field, old)];
      return [name, filled(field, declared, RECORDED)];
    }),
  );
}

function undeclared(field: Field, old: PropertyValue): PropertyValue {
  if (field.output || field.computed) return old;
  if (field.default !== undefined) return field.default;
  if (!field.tracked || old === null) return old;
  if (isPropertyArray(old)) return [];
  return typeof old === "number" ? 0 : "";
}

/** What stands for an attribute that neither the program nor Docker says anything about. */
function absent(field: Field): PropertyValue {
  if (field.default !== undefined) return field.default;
  return field.kind === "blocks" || (field.kind === "strings" && field.computed) ? [] : null;
}

/** The declared value with every attribute that Terraform's state has beside it. */
interface Filling {
  /** Terraform fills the attributes of set elements with zeros, elsewhere with nulls. */
  readonly inSet: boolean;
  /** What stands for a nested attribute that Docker decides about. */
  readonly external: PropertyValue;
}

const PLANNED: Filling = { inSet: false, external: computed };
const RECORDED: Filling = { inSet: false, external: null };

function filled(field: Field, value: PropertyValue, filling: Filling): PropertyValue {
  if (field.kind === "block" && isPropertyMap(value)) {
    return filledBlock(field.fields, value, within(field, filling));
  }
  if (field.kind === "blocks" && isPropertyArray(value)) {
    const inner = within(field, filling);
    return value.map((item) => (isPropertyMap(item) ? filledBlock(field.fields, item, inner) : item));
  }
  if (field.kind === "strings" && !field.ordered && isPropertyArray(value) && !value.some(isUnknown)) {
    return [...value].sort();
  }
  return isPropertyMap(value) ? withoutReserved(value) : value;
}

function within(field: { readonly ordered: boolean }, filling: Filling): Filling {
  return { ...filling, inSet: filling.inSet || !field.ordered };
}

function filledBlock(fields: Fields, value: PropertyMap, filling: Filling): PropertyMap {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]): [string, PropertyValue] => {
      const declared = value[name];
      if (declared !== undefined && declared !== null) return [name, filled(field, declared, filling)];
      if (field.computed) return [name, filling.external];
      return [name, field.default ?? emptyNested(field, filling.inSet)];
    }),
  );
}

function emptyNested(field: Field, inSet: boolean): PropertyValue {
  if (field.kind === "blocks") return [];
  if (!inSet) return null;
  if (field.kind === "strings") return [];
  if (field.kind === "map") return {};
  return field.kind === "string" ? "" : null;
}

function withoutReserved(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith("__")));
}

/** Flags of set elements that were never set are recorded as false once the resource was updated. */
export function settleFlags(fields: Fields, values: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, PropertyValue] => {
      const field = fields[name];
      if (field?.kind !== "blocks" || field.ordered || !isPropertyArray(value)) return [name, value];
      return [name, value.map((item) => (isPropertyMap(item) ? withFlags(field.fields, item) : item))];
    }),
  );
}

function withFlags(fields: Fields, item: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value === null && fields[name]?.kind === "bool" ? false : value,
    ]),
  );
}

/** The outputs to record: attributes, id, Terraform's meta-data and how to get Terraform's raw state back. */
export function recordedOutputs(
  schema: ResourceSchema,
  object: { readonly id: string; readonly values: PropertyMap },
  context: { readonly timeouts: Timeouts; readonly previous: PropertyMap; readonly updated: boolean },
): PropertyMap {
  const emptied = new Set(
    Object.keys(schema.fields).filter((name) => context.updated || hadEmptyBlock(context.previous, name)),
  );
  return {
    __meta: context.updated
      ? (context.previous["__meta"] ?? meta(schema, context.timeouts))
      : meta(schema, context.timeouts),
    [RAW_STATE_DELTA]: rawStateDelta(schema.fields, object.values, emptied),
    id: object.id,
    ...object.values,
  };
}

function meta(schema: ResourceSchema, timeouts: Timeouts): string {
  return metaText({
    ...(schema.timeouts ? timeoutMeta(timeouts) : {}),
    ...(schema.version > 0 ? { schema_version: String(schema.version) } : {}),
  });
}

function timeoutMeta(timeouts: Timeouts): { readonly [key: string]: unknown } {
  const nanoseconds = (seconds: number | undefined): number => (seconds || DEFAULT_TIMEOUT_SECONDS) * 1e9;
  return {
    [TIMEOUTS]: {
      create: nanoseconds(timeouts.create),
      delete: nanoseconds(undefined),
      update: nanoseconds(timeouts.update),
    },
  };
}

function metaText(content: { readonly [key: string]: unknown }): string {
  return JSON.stringify(content);
}
