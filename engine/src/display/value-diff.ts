import { valuesEqual } from "../plan/property-diff.ts";
import type { PathElement } from "../plan/property-path.ts";
import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import { compareUtf8 } from "../state/go-json.ts";

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

type ReadonlyPair = readonly [old: PropertyValue, next: PropertyValue];

interface DiffSite {
  readonly hiding: Hiding | undefined;
  readonly place: readonly PathElement[];
  /** Whether keys that belong to SDKs and bridges count. */
  readonly internal: boolean;
}

const ANYWHERE: DiffSite = { hiding: undefined, place: [], internal: false };

/** Differences of two maps, by key; equal properties are there as `same`. */
export function diffMaps(old: PropertyMap, next: PropertyMap, hiding?: Hiding): MapDiff {
  return diffEntries(old, next, { ...ANYWHERE, hiding });
}

function diffEntries(old: PropertyMap, next: PropertyMap, site: DiffSite): MapDiff {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort(compareUtf8);
  const entries = keys
    .filter((key) => site.internal || !isInternalKey(key))
    .map((key) => [key, diffProperty(old[key], next[key], inside(site, key))] as const);
  return new Map(entries.filter((entry): entry is [string, ValueDiff] => entry[1] !== undefined));
}

function inside(site: DiffSite, element: PathElement): DiffSite {
  return site.hiding === undefined ? site : { ...site, place: [...site.place, element] };
}

/** A property that is null is as good as absent. */
function diffProperty(
  old: PropertyValue | undefined,
  next: PropertyValue | undefined,
  site: DiffSite,
): ValueDiff | undefined {
  if (site.hiding?.hides(site.place) === true) return undefined;
  if (old === null && next === null) return { kind: "same", value: null };
  if (old === undefined || old === null) {
    return next === undefined || next === null ? undefined : { kind: "add", value: next };
  }
  return next === undefined || next === null ? { kind: "delete", value: old } : diffAt(old, next, site);
}

/** How two values differ. A display cannot see into secrets: to it they are all alike. */
export function diffValues(old: PropertyValue, next: PropertyValue): ValueDiff {
  return diffAt(old, next, ANYWHERE);
}

/** As `diffValues`, for the values of a property of which parts may be hidden. */
export function diffProperties(key: string, values: ReadonlyPair, hiding: Hiding): ValueDiff {
  return diffAt(...values, { ...ANYWHERE, hiding, place: [key] });
}

/** As `diffValues`, with the keys that are not shown elsewhere: for what a provider named itself. */
export function diffNamedValues(old: PropertyValue, next: PropertyValue): ValueDiff {
  return diffAt(old, next, { ...ANYWHERE, internal: true });
}

function diffAt(old: PropertyValue, next: PropertyValue, site: DiffSite): ValueDiff {
  if (old instanceof Secret && next instanceof Secret) return { kind: "same", value: old };
  // What is hidden is told even where nothing differs: so all of it is gone through.
  if (site.hiding === undefined && valuesEqual(old, next)) return { kind: "same", value: old };
  if (isPropertyMap(old) && isPropertyMap(next)) return diffObjects(diffEntries(old, next, site), old);
  if (isPropertyArray(old) && isPropertyArray(next)) return diffArrays(old, next, site);
  return valuesEqual(old, next) ? { kind: "same", value: old } : { kind: "update", old, next };
}

function diffObjects(entries: MapDiff, old: PropertyValue): ValueDiff {
  const isSame = [...entries.values()].every((entry) => entry.kind === "same");
  return isSame ? { kind: "same", value: old } : { kind: "object", entries };
}

function diffArrays(
  old: readonly PropertyValue[],
  next: readonly PropertyValue[],
  site: DiffSite,
): ValueDiff {
  const items = new Map<number, ValueDiff>();
  for (let index = 0; index < Math.max(old.length, next.length); index++) {
    items.set(index, diffItem(old[index], next[index], inside(site, index)));
  }
  const isSame = [...items.values()].every((item) => item.kind === "same");
  return isSame ? { kind: "same", value: old } : { kind: "array", items };
}

/** An item that is null has its place all the same. */
function diffItem(
  old: PropertyValue | undefined,
  next: PropertyValue | undefined,
  site: DiffSite,
): ValueDiff {
  if (old === undefined) return { kind: "add", value: next ?? null };
  return next === undefined ? { kind: "delete", value: old } : diffAt(old, next, site);
}
