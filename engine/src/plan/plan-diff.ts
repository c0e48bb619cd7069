import {
  isPropertyArray,
  isPropertyMap,
  isUnknown,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import { describeValue } from "./describe-value.ts";
import { valuesEqual } from "./property-diff.ts";

/** Which top-level properties a plan expects to change, and to what. */
export interface PlanDiff {
  readonly adds: PropertyMap;
  readonly deletes: readonly string[];
  readonly updates: PropertyMap;
}

export const noPlanDiff: PlanDiff = { adds: {}, deletes: [], updates: {} };

interface Changes {
  readonly adds: ReadonlyMap<string, PropertyValue>;
  readonly deletes: ReadonlySet<string>;
  readonly updates: ReadonlyMap<string, PropertyValue>;
}

type Equality = (a: PropertyValue, b: PropertyValue) => boolean;

/** What a plan says about properties that go from `old` to `next`. */
export function planDiffOf(old: PropertyMap, next: PropertyMap): PlanDiff {
  const { adds, deletes, updates } = changesOf(old, next, valuesEqual);
  return {
    adds: Object.fromEntries(adds),
    deletes: [...deletes],
    updates: Object.fromEntries(updates),
  };
}

/** What of a change is not as planned; undefined where all is. What the plan did not know yet may be anything. */
export function violatedDiff(old: PropertyMap, next: PropertyMap, planned: PlanDiff): string | undefined {
  const actual = changesOf(old, next, matches);
  const violations = [
    ...unplannedAdds(actual, planned),
    ...unplannedDeletes(actual, planned),
    ...unplannedUpdates(actual, planned),
    ...missedAdds(actual, next, planned),
    ...missedUpdates(actual, next, planned),
    ...missedDeletes(actual, next, planned),
  ];
  return violations.length === 0 ? undefined : `properties changed: ${violations.sort().join(", ")}`;
}

function changesOf(old: PropertyMap, next: PropertyMap, equal: Equality): Changes {
  const adds = new Map<string, PropertyValue>();
  const deletes = new Set<string>();
  const updates = new Map<string, PropertyValue>();
  for (const key of [...new Set([...Object.keys(old), ...Object.keys(next)])].sort()) {
    const before = own(old, key) ?? null;
    const after = own(next, key) ?? null;
    // An unknown may turn out to be nothing at all.
    const resolvedToNothing = equal === matches && isUnknown(before) && !Object.hasOwn(next, key);
    if (resolvedToNothing || (before === null && after === null)) continue;
    if (Object.hasOwn(old, key) && equal(before, after)) continue;
    if (before === null) adds.set(key, after);
    else if (after === null) deletes.add(key);
    else updates.set(key, after);
  }
  return { adds, deletes, updates };
}

function own(map: PropertyMap, key: string): PropertyValue | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Deep equality in which an unknown equals anything, a property that is not there included. */
function matches(a: PropertyValue, b: PropertyValue): boolean {
  if (isUnknown(a) || isUnknown(b)) return true;
  if (isPropertyArray(a)) {
    return isPropertyArray(b) && a.length === b.length && a.every((item, i) => matches(item, b[i] ?? null));
  }
  if (isPropertyMap(a)) {
    if (!isPropertyMap(b)) return false;
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.every((key) => matches(own(a, key) ?? null, own(b, key) ?? null));
  }
  if (a instanceof Secret) return b instanceof Secret && matches(a.value, b.value);
  return valuesEqual(a, b);
}

type Operation = "+" | "~" | "-" | "=";

/** `<planned><actual>key[planned value!=actual value]`. */
function violation(
  planned: PlanDiff,
  key: string,
  actual: { readonly operation: Operation; readonly value: PropertyValue | undefined },
): string {
  const added = own(planned.adds, key);
  const expected = added ?? own(planned.updates, key);
  const expectedOperation = operationOf(planned, key, added);
  const values = [expected, actual.value].filter((value) => value !== undefined).map(describeValue);
  const detail = values.length === 0 ? "" : `[${values.join("!=")}]`;
  return `${expectedOperation}${actual.operation}${key}${detail}`;
}

function operationOf(planned: PlanDiff, key: string, added: PropertyValue | undefined): Operation {
  if (added !== undefined) return "+";
  if (own(planned.updates, key) !== undefined) return "~";
  return planned.deletes.includes(key) ? "-" : "=";
}

function unplannedAdds(actual: Changes, planned: PlanDiff): string[] {
  return [...actual.adds].flatMap(([key, value]) => {
    const expected = own(planned.adds, key);
    if (expected !== undefined && matches(expected, value)) return [];
    return [violation(planned, key, { operation: "+", value })];
  });
}

function unplannedDeletes(actual: Changes, planned: PlanDiff): string[] {
  return [...actual.deletes].flatMap((key) => {
    const update = own(planned.updates, key);
    if (planned.deletes.includes(key) || (update !== undefined && isUnknown(update))) return [];
    return [violation(planned, key, { operation: "-", value: undefined })];
  });
}

/** Something else may have added the property since: then to change it is no more than was planned. */
function unplannedUpdates(actual: Changes, planned: PlanDiff): string[] {
  return [...actual.updates].flatMap(([key, value]) => {
    const expected = own(planned.updates, key) ?? own(planned.adds, key);
    if (expected !== undefined && matches(expected, value)) return [];
    return [violation(planned, key, { operation: "~", value })];
  });
}

/** What was to be there at the end and is not, or is something else, without having changed. */
function missed(planned: PlanDiff, next: PropertyMap, key: string, expected: PropertyValue): string[] {
  const value = own(next, key);
  if (value === undefined) {
    return isUnknown(expected) ? [] : [violation(planned, key, { operation: "-", value })];
  }
  return matches(expected, value) ? [] : [violation(planned, key, { operation: "=", value })];
}

function missedAdds(actual: Changes, next: PropertyMap, planned: PlanDiff): string[] {
  return Object.entries(planned.adds).flatMap(([key, expected]) =>
    actual.adds.has(key) || actual.updates.has(key) ? [] : missed(planned, next, key, expected),
  );
}

function missedUpdates(actual: Changes, next: PropertyMap, planned: PlanDiff): string[] {
  return Object.entries(planned.updates).flatMap(([key, expected]) => {
    if (actual.updates.has(key)) return [];
    const added = actual.adds.get(key);
    if (added !== undefined) return [violation(planned, key, { operation: "+", value: added })];
    return missed(planned, next, key, expected);
  });
}

function missedDeletes(actual: Changes, next: PropertyMap, planned: PlanDiff): string[] {
  return planned.deletes.flatMap((key) => {
    if (actual.deletes.has(key)) return [];
    const value = own(next, key);
    if (value === undefined || value === null) return [];
    const operation = actual.adds.has(key) ? "+" : actual.updates.has(key) ? "~" : "=";
    return [violation(planned, key, { operation, value })];
  });
}
