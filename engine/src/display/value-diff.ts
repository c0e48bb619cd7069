import { valuesEqual } from "../plan/property-diff.ts";
import { getAtPath, type PathElement, parsePropertyPath } from "../plan/property-path.ts";
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

/** Differences of two maps, by key; equal properties are there as `same`. */
export function diffMaps(old: PropertyMap, next: PropertyMap): MapDiff {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  const entries = keys
    .filter((key) => !isInternalKey(key))
    .map((key) => [key, diffOptional(old[key], next[key])] as const);
  return new Map(entries.filter((entry): entry is [string, ValueDiff] => entry[1] !== undefined));
}

function diffOptional(
  old: PropertyValue | undefined,
  next: PropertyValue | undefined,
): ValueDiff | undefined {
  if (old === undefined) return next === undefined ? undefined : { kind: "add", value: next };
  if (next === undefined) return { kind: "delete", value: old };
  return diffValues(old, next);
}

/** How two values differ. A display cannot see into secrets: to it they are all alike. */
export function diffValues(old: PropertyValue, next: PropertyValue): ValueDiff {
  const isHidden = old instanceof Secret && next instanceof Secret;
  if (isHidden || valuesEqual(old, next)) return { kind: "same", value: next };
  if (isPropertyMap(old) && isPropertyMap(next)) return diffObjects(diffMaps(old, next), next);
  if (isPropertyArray(old) && isPropertyArray(next)) return diffArrays(old, next);
  return { kind: "update", old, next };
}

function diffObjects(entries: MapDiff, next: PropertyValue): ValueDiff {
  const isSame = [...entries.values()].every((entry) => entry.kind === "same");
  return isSame ? { kind: "same", value: next } : { kind: "object", entries };
}

function diffArrays(old: readonly PropertyValue[], next: readonly PropertyValue[]): ValueDiff {
  const items = new Map<number, ValueDiff>();
  for (let index = 0; index < Math.max(old.length, next.length); index++) {
    const item = diffOptional(old[index], next[index]);
    if (item !== undefined) items.set(index, item);
  }
  const isSame = [...items.values()].every((item) => item.kind === "same");
  return isSame ? { kind: "same", value: next } : { kind: "array", items };
}

/** The differences at the given paths alone. */
export function diffAtPaths(old: PropertyMap, next: PropertyMap, paths: readonly string[]): MapDiff {
  const root: DiffTree = { children: new Map() };
  for (const text of [...paths].sort()) {
    const path = parsePropertyPath(text);
    if (path === undefined || path.length === 0) continue;
    const leaf = diffOptional(getAtPath(old, path), getAtPath(next, path));
    if (leaf === undefined) continue;
    const isSecret = leaf.kind === "same" && leaf.value instanceof Secret;
    if (isSecret) insert(root, path, { kind: "update", old: leaf.value, next: leaf.value });
    else if (leaf.kind !== "same") insert(root, path, leaf);
  }
  return new Map([...root.children].map(([key, child]) => [String(key), toValueDiff(child)]));
}

interface DiffTree {
  readonly children: Map<PathElement, DiffTree>;
  leaf?: ValueDiff;
}

function insert(root: DiffTree, path: readonly PathElement[], leaf: ValueDiff): void {
  const node = path.reduce<DiffTree>((parent, element) => {
    const child: DiffTree = parent.children.get(element) ?? { children: new Map() };
    parent.children.set(element, child);
    return child;
  }, root);
  node.leaf = leaf;
}

function toValueDiff(tree: DiffTree): ValueDiff {
  if (tree.leaf !== undefined) return tree.leaf;
  const children = [...tree.children];
  if (children.every(([key]) => typeof key === "number")) {
    const items = children.map(([key, child]) => [Number(key), toValueDiff(child)] as const);
    return { kind: "array", items: new Map(items.sort(([a], [b]) => a - b)) };
  }
  return {
    kind: "object",
    entries: new Map(children.map(([key, child]) => [String(key), toValueDiff(child)])),
  };
}
