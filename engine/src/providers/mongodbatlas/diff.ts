import { ProviderError } from "../../errors.ts";
import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { sameValue, unwrapMap } from "../plain-values.ts";
import type { DiffKind, DiffRequest, DiffResult, PropertyDiff } from "../provider.ts";
import { isAutomaticName } from "./check.ts";
import { sameJson } from "./json-text.ts";
import { planUpdate } from "./plan.ts";
import type { Field, Fields, ResourceSchema } from "./schema.ts";

interface Found {
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  /** The field that decides what the change means: the innermost one with an opinion. */
  readonly effect: "update" | "replace" | "refuse";
}

/** What changes between the recorded object and the one that is wanted, and whether that takes a new one. */
export function diffResource(schema: ResourceSchema, request: DiffRequest): DiffResult {
  const recorded = unwrapMap(request.oldOutputs);
  const planned = planUpdate(schema.fields, unwrapMap(request.newInputs), recorded);
  const found = compareFields(schema.fields, [recorded, planned], placeIn(schema)).filter(
    ({ path }) => !request.ignoreChanges.some((ignored) => isBelow(path, ignored)),
  );
  const replaces = found.filter(({ effect }) => effect === "replace");
  if (replaces.length === 0) refuseCreateOnly(found, recorded);
  return {
    changes: found.length === 0 ? "none" : "some",
    replaceKeys: topLevel(replaces),
    stableKeys: [],
    changedKeys: topLevel(found),
    deleteBeforeReplace: replaces.length > 0 && keepsName(schema, request, recorded),
    detailedDiff: Object.fromEntries(found.map((each) => [each.path, toPropertyDiff(each)])),
  };
}

/** True where an object has all that the inputs ask for. */
export function isAsPlanned(schema: ResourceSchema, live: PropertyMap, inputs: PropertyMap): boolean {
  const planned = planUpdate(schema.fields, inputs, live);
  return compareFields(schema.fields, [live, planned], placeIn(schema)).length === 0;
}

function isBelow(path: string, ignored: string): boolean {
  return path === ignored || path.startsWith(`${ignored}.`) || path.startsWith(`${ignored}[`);
}

function topLevel(found: readonly Found[]): readonly string[] {
  return [...new Set(found.map(({ path }) => path.split(/[.[]/)[0] ?? path))];
}

function toPropertyDiff({ kind, effect }: Found): PropertyDiff {
  return { kind: (effect === "replace" ? `${kind}-replace` : kind) as DiffKind, inputDiff: false };
}

function refuseCreateOnly(found: readonly Found[], recorded: PropertyMap): void {
  const [refused] = found.filter(({ effect }) => effect === "refuse");
  if (refused === undefined) return;
  const before = JSON.stringify(recorded[topLevel([refused])[0] ?? ""] ?? null);
  throw new ProviderError(
    `${refused.path} cannot be updated or set after import, remove it from the configuration or use the state value (see below).: The current state value is ${before}`,
    { status: "ok" },
  );
}

/** There cannot be two objects of one name: the old one must go first, unless the name is made up anyway. */
function keepsName(schema: ResourceSchema, { name, newInputs }: DiffRequest, recorded: PropertyMap): boolean {
  const key = Object.keys(schema.fields).find((field) => schema.fields[field]?.autoname);
  if (key === undefined) return false;
  const wanted = unwrapMap(newInputs)[key];
  return sameValue(recorded[key], wanted) && !isAutomaticName(wanted, name);
}

/** Where in a resource two values are compared, and by whose rules. */
interface Place {
  readonly path: string;
  readonly legacy: boolean;
}

/** What is recorded, and what is wanted. */
type Pair<Value> = readonly [recorded: Value, planned: Value];

function placeIn({ legacy }: ResourceSchema): Place {
  return { path: "", legacy: legacy === true };
}

function compareFields(
  fields: Fields,
  [recorded, planned]: Pair<PropertyMap>,
  place: Place,
): readonly Found[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.writeOnly) return [];
    const path = place.path === "" ? name : `${place.path}.${name}`;
    return compareField(field, [recorded[name] ?? null, planned[name] ?? null], { ...place, path });
  });
}

function compareField(field: Field, pair: Pair<PropertyValue>, place: Place): readonly Found[] {
  const [recorded, planned] = pair;
  if (field.output || isSame(field, pair, place)) return [];
  const change = (kind: Found["kind"]): Found[] => [{ path: place.path, kind, effect: effectOf(field) }];
  if (planned === null) return change("delete");
  if (recorded === null) return change("add");
  if (planned instanceof Computed) return change("update");
  if (field.kind === "object" && isPropertyMap(recorded) && isPropertyMap(planned)) {
    return compareFields(field.fields, [recorded, planned], place);
  }
  if (field.kind === "map" && isPropertyMap(recorded) && isPropertyMap(planned)) {
    return compareFields(keysOf(recorded, planned), [recorded, planned], place);
  }
  if (!isPropertyArray(recorded) || !isPropertyArray(planned)) return change("update");
  if (field.kind === "objects" && !field.isSet) return compareLists(field.fields, [recorded, planned], place);
  if (field.kind === "texts" && !field.isSet) return compareLists({}, [recorded, planned], place);
  return compareSets(field, [recorded, planned], place);
}

function isSame(field: Field, [recorded, planned]: Pair<PropertyValue>, { legacy }: Place): boolean {
  if (sameValue(recorded, planned) || isBlank(recorded, planned)) return true;
  if (legacy && !field.computed && isZero(recorded) && isZero(planned)) return true;
  return field.json === true && sameJson(recorded, planned);
}

/** What the older SDK cannot tell from nothing. */
function isZero(value: PropertyValue): boolean {
  return value === null || value === "" || value === 0 || value === false;
}

/** Nothing and an empty collection are the same to Atlas. */
function isBlank(recorded: PropertyValue, planned: PropertyValue): boolean {
  const isEmpty = (value: PropertyValue): boolean =>
    value === null ||
    (isPropertyArray(value) && value.length === 0) ||
    (isPropertyMap(value) && Object.keys(value).length === 0);
  return isEmpty(recorded) && isEmpty(planned);
}

function effectOf(field: Field): Found["effect"] {
  if (field.forceNew) return "replace";
  return field.createOnly ? "refuse" : "update";
}

function keysOf(...maps: readonly PropertyMap[]): Fields {
  const names = maps.flatMap((each) => Object.keys(each));
  return Object.fromEntries(names.map((name) => [name, { kind: "text" } as const]));
}

function compareLists(
  fields: Fields,
  [recorded, planned]: Pair<readonly PropertyValue[]>,
  place: Place,
): readonly Found[] {
  const length = Math.max(recorded.length, planned.length);
  return Array.from({ length }, (_, index) => index).flatMap((index): readonly Found[] => {
    const at = { ...place, path: `${place.path}[${index}]` };
    const [old, wanted] = [recorded[index] ?? null, planned[index] ?? null];
    if (isPropertyMap(old) && isPropertyMap(wanted)) return compareFields(fields, [old, wanted], at);
    return compareField({ kind: "text" }, [old, wanted], at);
  });
}

/** Elements have no place in a set: those that nobody wants go, those that are new come. */
function compareSets(
  field: Field,
  [recorded, planned]: Pair<readonly PropertyValue[]>,
  place: Place,
): readonly Found[] {
  const isIn = (list: readonly PropertyValue[], item: PropertyValue): boolean =>
    list.some((each) => sameElement(field, [each, item], place));
  const gone = recorded.flatMap((item, index) => (isIn(planned, item) ? [] : [index]));
  const come = planned.flatMap((item, index) => (isIn(recorded, item) ? [] : [index]));
  const effect = effectOf(field);
  return [...new Set([...gone, ...come])]
    .sort((a, b) => a - b)
    .map((index) => {
      const kind = !come.includes(index) ? "delete" : gone.includes(index) ? "update" : "add";
      return { path: `${place.path}[${index}]`, kind, effect };
    });
}

/** What Atlas alone says of an element does not make it another one. */
function sameElement(field: Field, [left, right]: Pair<PropertyValue>, place: Place): boolean {
  if (field.kind !== "objects" || !isPropertyMap(left) || !isPropertyMap(right))
    return sameValue(left, right);
  return compareFields(field.fields, [left, right], place).length === 0;
}
