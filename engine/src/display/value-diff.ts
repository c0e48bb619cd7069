import { valuesEqual } from "../plan/property-diff.ts";
import type { PathElement } from "../plan/property-path.ts";
import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";

/** How one value differs from another, as a display shows it. Entries are in the order in which they are shown. */
export type ValueDiff =
  | { readonly kind: "same" | "add" | "delete"; readonly value: PropertyValue }
  | { readonly kind: "update"; readonly old: PropertyValue; readonly next: PropertyValue }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, ValueDiff> }
  | { readonly kind: "array"; readonly items: ReadonlyMap<number, ValueDiff> };

export type MapDiff = ReadonlyMap<string, ValueDiff>;

/** Keys that belong to SDKs and bridges are never shown. */
export function isInternalKey(key: string): boolean {
  return key.startsWith("__");
}

/** What a difference leaves out, by where it lies. */
export interface Hiding {
  hides(place: readonly PathElement[]): boolean;
}

interface DiffSite {
  readonly hiding: Hiding | undefined;
  readonly place: readonly PathElement[];
}

const ANYWHERE: DiffSite = { hiding: undefined, place: [] };

/** Differences of two maps, by key; equal properties are there as `same`. */
export function diffMaps(old: PropertyMap, next: PropertyMap, hiding?: Hiding): MapDiff {
  return diffEntries(old, next, { hiding, place: [] });
}

function diffEntries(old: PropertyMap, next: PropertyMap, site: DiffSite): MapDiff {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  const entries = keys
    .filter((key) => !isInternalKey(key))
    .map((key) => [key, diffOptional(old[key], next[key], inside(site, key))] as const);
  return new Map(entries.filter((entry): entry is [string, ValueDiff] => entry[1] !== undefined));
}

function inside({ hiding, place }: DiffSite, element: PathElement): DiffSite {
  return hiding === undefined ? ANYWHERE : { hiding, place: [...place, element] };
}

function diffOptional(
  old: PropertyValue | undefined,
  next: PropertyValue | undefined,
  site: DiffSite,
): ValueDiff | undefined {
  if (site.hiding?.hides(site.place) === true) return undefined;
  if (old === undefined) return next === undefined ? undefined : { kind: "add", value: next };
  if (next === undefined) return { kind: "delete", value: old };
  return diffAt(old, next, site);
}

/** How two values differ. A display cannot see into secrets: to it they are all alike. */
export function diffValues(old: PropertyValue, next: PropertyValue): ValueDiff {
  return diffAt(old, next, ANYWHERE);
}

function diffAt(old: PropertyValue, next: PropertyValue, site: DiffSite): ValueDiff {
  const isOpaque = old instanceof Secret && next instanceof Secret;
  if (isOpaque || valuesEqual(old, next)) return { kind: "same", value: next };
  if (isPropertyMap(old) && isPropertyMap(next)) return diffObjects(diffEntries(old, next, site), next);
  if (isPropertyArray(old) && isPropertyArray(next)) return diffArrays(old, next, site);
  return { kind: "update", old, next };
}

function diffObjects(entries: MapDiff, next: PropertyValue): ValueDiff {
  const isSame = [...entries.values()].every((entry) => entry.kind === "same");
  return isSame ? { kind: "same", value: next } : { kind: "object", entries };
}

function diffArrays(
  old: readonly PropertyValue[],
  next: readonly PropertyValue[],
  site: DiffSite,
): ValueDiff {
  const items = new Map<number, ValueDiff>();
  for (let index = 0; index < Math.max(old.length, next.length); index++) {
    const item = diffOptional(old[index], next[index], inside(site, index));
    if (item !== undefined) items.set(index, item);
  }
  const isSame = [...items.values()].every((item) => item.kind === "same");
  return isSame ? { kind: "same", value: next } : { kind: "array", items };
}
