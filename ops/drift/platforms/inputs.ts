import type { Plain, PlainObject } from "../recorded.ts";

/** Readers of recorded inputs: what is absent or of another kind reads as empty. */
export function textAt(values: PlainObject, key: string): string {
  const value = values[key];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function numberAt(values: PlainObject, key: string): number {
  return Number(values[key] ?? 0) || 0;
}

export function flagAt(values: PlainObject, key: string): boolean {
  return values[key] === true || values[key] === "true";
}

export function textsAt(values: PlainObject, key: string): string[] {
  const value = values[key];
  return isList(value) ? value.map(String) : [];
}

export function objectAt(values: PlainObject, key: string): PlainObject | undefined {
  const value = values[key];
  return isObject(value) ? value : undefined;
}

export function mapsAt(values: PlainObject, key: string): PlainObject[] {
  const value = values[key];
  return isList(value) ? value.filter(isObject) : [];
}

export function textMapAt(values: PlainObject, key: string): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(objectAt(values, key) ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

function isObject(value: Plain | undefined): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
