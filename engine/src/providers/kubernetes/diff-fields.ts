import {
  Computed,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { sameValue } from "../plain-values.ts";
import type { DiffKind, PropertyDiff } from "../provider.ts";
import type { FieldPath } from "./force-new.ts";

type Path = readonly (string | number)[];

/** Every difference between what is there and what is wanted, by property path. */
export function diffFields(
  old: PropertyMap,
  wanted: PropertyMap,
  forceNew: readonly FieldPath[],
): { readonly [path: string]: PropertyDiff } {
  return Object.fromEntries(
    compareMaps([], old, wanted).map(({ path, kind, value }) => [
      renderPath(path),
      {
        kind: forceNew.some((field) => isAffected(field, path, value))
          ? (`${kind}-replace` as DiffKind)
          : kind,
        inputDiff: kind === "delete",
      },
    ]),
  );
}

interface Found {
  readonly path: Path;
  readonly kind: "add" | "update" | "delete";
  /** What is wanted; null where the field goes. */
  readonly value: PropertyValue;
}

function compareMaps(path: Path, old: PropertyMap, wanted: PropertyMap): Found[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(old)])];
  return keys.flatMap((key) =>
    compare(
      [...path, key],
      Object.hasOwn(old, key) ? (old[key] ?? null) : null,
      Object.hasOwn(wanted, key) ? (wanted[key] ?? null) : null,
    ),
  );
}

function compare(path: Path, old: PropertyValue, wanted: PropertyValue): Found[] {
  if (wanted === null) return old === null ? [] : [{ path, kind: "delete", value: null }];
  if (old === null) return [{ path, kind: "add", value: wanted }];
  if (wanted instanceof Computed) return [{ path, kind: "update", value: wanted }];
  if (isPropertyMap(old) && isPropertyMap(wanted)) return compareMaps(path, old, wanted);
  if (isPropertyArray(old) && isPropertyArray(wanted)) return compareArrays(path, old, wanted);
  return sameValue(old, wanted) ? [] : [{ path, kind: "update", value: wanted }];
}

function compareArrays(path: Path, old: readonly PropertyValue[], wanted: readonly PropertyValue[]): Found[] {
  const length = Math.max(old.length, wanted.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    compare([...path, index], old[index] ?? null, wanted[index] ?? null),
  );
}

/** True where the change lies below the field, or brings it with what it adds. */
function isAffected(field: FieldPath, path: Path, value: PropertyValue): boolean {
  const shared = Math.min(field.length, path.length);
  for (let index = 0; index < shared; index++) {
    if (!isKey(field[index], path[index])) return false;
  }
  return field.length <= path.length || isInside(field.slice(path.length), value);
}

function isKey(wanted: string | undefined, key: string | number | undefined): boolean {
  return wanted === "*" ? typeof key === "number" : wanted === key;
}

function isInside(rest: FieldPath, value: PropertyValue | undefined): boolean {
  const [key, ...others] = rest;
  if (key === undefined) return true;
  if (key === "*") return isPropertyArray(value) && value.some((item) => isInside(others, item));
  return isPropertyMap(value) && Object.hasOwn(value, key) && isInside(others, value[key]);
}

function renderPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (/[."[\]]/.test(key)) return `${text}["${key.replaceAll('"', '\\"')}"]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}
