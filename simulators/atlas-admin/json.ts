export type JsonValue = string | number | boolean | null | JsonValue[] | Json;
/** An object as it goes over the wire. */
export interface Json {
  [key: string]: JsonValue | undefined;
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textAt(json: Json, key: string): string {
  const value = json[key];
  return typeof value === "string" ? value : "";
}

/** The object at `key`; an empty one where there is none. */
export function jsonAt(json: Json, key: string): Json {
  const value = json[key];
  return isJson(value) ? value : {};
}

export function listAt(json: Json, key: string): Json[] {
  const value = json[key];
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function textsAt(json: Json, key: string): string[] {
  const value = json[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function without(json: Json, ...keys: string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}
