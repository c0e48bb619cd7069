import {
  Computed,
  containsUnknowns,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import type { DiffKind, DiffRequest, DiffResult } from "../provider.ts";
import { listEdits } from "./list-edits.ts";
import { type Field, type Fields, type ResourceSchema, triggersReplacement } from "./schema.ts";
import { isZero, sameValue, textsAt, unwrapMap } from "./values.ts";

type Change = "add" | "delete" | "update";
type Found = readonly (readonly [path: string, kind: DiffKind])[];

/** What an update would change, path by path, and whether the resource must be replaced for it. */
export function diffResource(schema: ResourceSchema, request: DiffRequest): DiffResult {
  const olds = unwrapMap(request.oldOutputs);
  const oldInputs = unwrapMap(request.oldInputs);
  const news = unwrapMap(request.newInputs);
  const found = Object.entries(schema.fields).flatMap(([name, field]) => {
    const declared = news[name] ?? undeclaredValue(field, olds[name], oldInputs[name]);
    if (field.output || declared === undefined) return [];
    return diffValue({ path: name, field, replaces: false }, olds[name], declared);
  });
  return toResult(
    schema,
    news,
    found.filter(([path]) => !isIgnored(path, request.ignoreChanges)),
  );
}

/**
 * What a property that the program leaves out is compared with. Undefined = nothing: Docker's own choice stands.
 * null = it must go.
 */
function undeclaredValue(
  field: Field,
  recorded: PropertyValue | undefined,
  oldInput: PropertyValue | undefined,
): PropertyValue | undefined {
  if (field.computed || isZero(recorded)) return undefined;
  if (field.default !== undefined) return field.default;
  return field.tracked || !isZero(oldInput) ? null : undefined;
}

/** True where the declared value asks for nothing that the live one is not. */
export function isAlike(field: Field, live: PropertyValue, declared: PropertyValue): boolean {
  return diffValue({ path: "", field, replaces: false }, live, declared).length === 0;
}

interface Spot {
  readonly path: string;
  readonly field: Field;
  /** True where something above this spot replaces the resource. */
  readonly replaces: boolean;
}

function diffValue(spot: Spot, old: PropertyValue | undefined, now: PropertyValue): Found {
  if (old === undefined || old === null) {
    if (now instanceof Computed) return note(spot, "add", null);
    return isZero(now) ? [] : note(spot, "add", now);
  }
  if (now instanceof Computed) return note(spot, "update", old);
  if (now === null) {
    return note({ ...spot, replaces: spot.replaces || spot.field.removalReplaces === true }, "delete", old);
  }
  if (spot.field.alike?.(old, now) === true && !containsUnknowns(now)) return [];
  return diffPresent({ ...spot, replaces: spot.replaces || replacesItself(spot.field) }, old, now);
}

function diffPresent(spot: Spot, old: PropertyValue, now: PropertyValue): Found {
  const { field } = spot;
  if (field.kind === "block" && isPropertyMap(old) && isPropertyMap(now)) {
    return diffFields({ ...spot, fields: field.fields }, old, now);
  }
  if (isPropertyArray(old) && isPropertyArray(now)) return diffArray(spot, old, now);
  if (field.kind === "map" && isPropertyMap(old) && isPropertyMap(now)) return diffMap(spot, old, now);
  return sameValue(old, now) ? [] : note(spot, "update", now);
}

function diffFields(spot: Spot & { readonly fields: Fields }, old: PropertyMap, now: PropertyMap): Found {
  return Object.entries(spot.fields).flatMap(([name, field]) => {
    const declared = now[name] ?? nestedDefault(field, old[name]);
    if (declared === undefined) return [];
    return diffValue({ path: `${spot.path}.${name}`, field, replaces: spot.replaces }, old[name], declared);
  });
}

function nestedDefault(field: Field, recorded: PropertyValue | undefined): PropertyValue | undefined {
  if (field.computed || field.output || isZero(recorded)) return undefined;
  return field.default ?? null;
}

function diffArray(spot: Spot, old: readonly PropertyValue[], now: readonly PropertyValue[]): Found {
  const { field } = spot;
  if (field.kind !== "blocks") {
    const edits = field.kind === "strings" && field.ordered ? listEdits(old, now) : setEdits(field, old, now);
    return [...edits].flatMap(([index, change]) =>
      note({ ...spot, path: `${spot.path}[${index}]` }, change, ""),
    );
  }
  const edits = field.ordered ? allPositions(old, now) : setEdits(field, old, now);
  const element: Field = { kind: "block", ordered: true, fields: field.fields };
  return [...edits].flatMap(([index, change]) => {
    const at = { path: `${spot.path}[${index}]`, field: element, replaces: spot.replaces };
    const before = change === "add" ? undefined : old[index];
    return diffValue(at, before, change === "delete" ? null : (now[index] ?? null));
  });
}

function allPositions(old: readonly PropertyValue[], now: readonly PropertyValue[]): Map<number, Change> {
  const length = Math.max(old.length, now.length);
  return new Map(
    Array.from({ length }, (_, index) => [index, changeAt(index < old.length, index < now.length)]),
  );
}

/** Which positions of a set changed; where one element goes and another comes at the same position, it is an update. */
function setEdits(
  field: Field,
  old: readonly PropertyValue[],
  now: readonly PropertyValue[],
): Map<number, Change> {
  const before = old.map((item) => identity(field, item));
  const after = now.map((item) => identity(field, item));
  const removed = new Set(before.flatMap((key, index) => (after.includes(key) ? [] : [index])));
  const added = new Set(after.flatMap((key, index) => (before.includes(key) ? [] : [index])));
  const positions = [...new Set([...removed, ...added])].sort((left, right) => left - right);
  return new Map(positions.map((index) => [index, changeAt(removed.has(index), added.has(index))]));
}

function changeAt(before: boolean, after: boolean): Change {
  if (before && after) return "update";
  return before ? "delete" : "add";
}

/** Equal for elements of a set that mean the same: absent, empty and default values do not count. */
export function identity(field: Field, value: PropertyValue): string {
  if (field.kind !== "blocks" && field.kind !== "block") return JSON.stringify(value);
  if (!isPropertyMap(value)) return JSON.stringify(value);
  const entries = Object.entries(field.fields).flatMap(([name, nested]): [string, string][] => {
    const own = value[name];
    if (isZero(own) || own === nested.default) return [];
    return [[name, isPropertyArray(own) ? listIdentity(nested, own) : identity(nested, own ?? null)]];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function listIdentity(field: Field, items: readonly PropertyValue[]): string {
  const keys = items.map((item) => identity(field, item));
  const ordered = (field.kind === "strings" || field.kind === "blocks") && field.ordered;
  return JSON.stringify(ordered ? keys : keys.sort());
}

function diffMap(spot: Spot, old: PropertyMap, now: PropertyMap): Found {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => !key.startsWith("__"),
  );
  return keys.sort().flatMap((key) => {
    if (sameValue(old[key], now[key])) return [];
    const path = /[."[\]]/.test(key) ? `${spot.path}[${JSON.stringify(key)}]` : `${spot.path}.${key}`;
    return note({ ...spot, path, field: { kind: "string" } }, changeAt(key in old, key in now), "");
  });
}

function note(spot: Spot, change: Change, value: PropertyValue): Found {
  const replaces = spot.replaces || triggersReplacement(spot.field, value);
  return [[spot.path, replaces ? `${change}-replace` : change]];
}

function replacesItself(field: Field): boolean {
  return field.replaces === true || field.replacesHere === true;
}

function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some(
    (other) => path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`),
  );
}

function toResult(schema: ResourceSchema, news: PropertyMap, found: Found): DiffResult {
  const sorted = [...found].sort(([left], [right]) => (left < right ? -1 : 1));
  const replaceKeys = sorted.filter(([, kind]) => kind.endsWith("-replace")).map(([path]) => topLevel(path));
  const stable = Object.entries(schema.fields).filter(
    ([name, field]) => field.replaces && !replaceKeys.includes(name),
  );
  return {
    changes: sorted.length > 0 ? "some" : "none",
    replaceKeys,
    stableKeys: stable.map(([name]) => name).sort(),
    changedKeys: [...new Set(sorted.map(([path]) => topLevel(path)))].sort(),
    deleteBeforeReplace: replaceKeys.length > 0 && (schema.deleteBeforeReplace || hasFixedName(schema, news)),
    detailedDiff: Object.fromEntries(sorted.map(([path, kind]) => [path, { kind, inputDiff: false }])),
  };
}

/** A name that the program chose is taken until the old object is gone. */
function hasFixedName(schema: ResourceSchema, news: PropertyMap): boolean {
  return (
    schema.autonamed && news["__defaults"] !== undefined && !textsAt(news, "__defaults").includes("name")
  );
}

function topLevel(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}
