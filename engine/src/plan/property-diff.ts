import {
  Archive,
  Asset,
  Computed,
  computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../protocol/property-value.ts";
import type { DiffKind, PropertyDiff } from "../providers/provider.ts";
import { formatPropertyPath, type PropertyPath } from "./property-path.ts";

export interface ObjectDiff {
  /** Top-level keys, sorted. */
  readonly changedKeys: readonly string[];
  readonly detailedDiff: { readonly [path: string]: PropertyDiff };
}

/** Every place at which two maps differ; undefined where they do not. A null and an absent property are the same. */
export function diffObjects(old: PropertyMap, next: PropertyMap): ObjectDiff | undefined {
  const found: [string, PropertyDiff][] = [];
  const changed = new Set<string>();
  for (const key of [...new Set([...Object.keys(old), ...Object.keys(next)])].sort()) {
    const before = found.length;
    diffValues([key], own(old, key), { next: own(next, key), found });
    if (found.length > before) changed.add(key);
  }
  if (changed.size === 0) return undefined;
  return { changedKeys: [...changed], detailedDiff: Object.fromEntries(found) };
}

function own(map: PropertyMap, key: string): PropertyValue | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function diffValues(
  path: PropertyPath,
  old: PropertyValue | undefined,
  target: { readonly next: PropertyValue | undefined; readonly found: [string, PropertyDiff][] },
): void {
  const { next, found } = target;
  if (isPropertyArray(old) && isPropertyArray(next)) {
    for (let i = 0; i < Math.max(old.length, next.length); i++) {
      if (i < old.length && i < next.length) diffValues([...path, i], old[i], { next: next[i], found });
      else found.push([formatPropertyPath([...path, i]), inputDiff(i < next.length ? "add" : "delete")]);
    }
  } else if (isPropertyMap(old) && isPropertyMap(next)) {
    for (const key of [...new Set([...Object.keys(old), ...Object.keys(next)])].sort()) {
      diffValues([...path, key], own(old, key), { next: own(next, key), found });
    }
  } else if (!valuesEqual(old ?? null, next ?? null)) {
    found.push([formatPropertyPath(path), inputDiff(kindOf(old ?? null, next ?? null))]);
  }
}

function inputDiff(kind: DiffKind): PropertyDiff {
  return { kind, inputDiff: true };
}

function kindOf(old: PropertyValue, next: PropertyValue): DiffKind {
  if (old === null) return "add";
  return next === null ? "delete" : "update";
}

/** Deep equality. Unknowns equal each other; assets and archives are compared by their hash. */
export function valuesEqual(a: PropertyValue, b: PropertyValue): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (isPropertyArray(a)) {
    return isPropertyArray(b) && a.length === b.length && a.every((e, i) => valuesEqual(e, b[i] ?? null));
  }
  if (isPropertyMap(a)) return isPropertyMap(b) && mapsEqual(a, b);
  if (a instanceof Secret) return b instanceof Secret && valuesEqual(a.value, b.value);
  if (a instanceof Computed) return b instanceof Computed;
  if (a instanceof OutputValue) return b instanceof OutputValue && outputsEqual(a, b);
  if (a instanceof ResourceReference) return b instanceof ResourceReference && referencesEqual(a, b);
  if (a instanceof Asset || a instanceof Archive) return contentsEqual(a, b);
  return false;
}

/** Deep equality of maps. A null and an absent property are the same. */
export function mapsEqual(a: PropertyMap, b: PropertyMap): boolean {
  if (a === b) return true;
  const isAlike = (key: string) => valuesEqual(own(a, key) ?? null, own(b, key) ?? null);
  return (
    Object.keys(a).every(isAlike) && Object.keys(b).every((key) => Object.hasOwn(a, key) || isAlike(key))
  );
}

function outputsEqual(a: OutputValue, b: OutputValue): boolean {
  if (a.secret !== b.secret || (a.value === undefined) !== (b.value === undefined)) return false;
  return valuesEqual(a.value ?? null, b.value ?? null);
}

function referencesEqual(a: ResourceReference, b: ResourceReference): boolean {
  const sameId = a.id === b.id || (a.id instanceof Computed && b.id instanceof Computed);
  return a.urn === b.urn && sameId;
}

function contentsEqual(a: Asset | Archive, b: PropertyValue): boolean {
  const sameClass =
    (a instanceof Asset && b instanceof Asset) || (a instanceof Archive && b instanceof Archive);
  if (!sameClass) return false;
  if (a.hash !== "" || b.hash !== "") return a.hash === b.hash;
  return JSON.stringify(a.source) === JSON.stringify(b.source);
}

/** The value without secret and output wrappers at any depth: for comparing what is meant, not how it is marked. */
export function unwrap(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return unwrap(value.value);
  if (value instanceof OutputValue) return value.value === undefined ? computed : unwrap(value.value);
  if (isPropertyArray(value)) return value.map(unwrap);
  if (isPropertyMap(value)) return unwrapMap(value);
  return value;
}

/** `unwrap` for the values of a map. */
export function unwrapMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, unwrap(value)]));
}
