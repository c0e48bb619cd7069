import { UserError } from "../errors.ts";

/** JSON as it was parsed, before anything is known about it. */
export type ParsedJson = null | boolean | number | string | readonly ParsedJson[] | ParsedObject;
export type ParsedObject = { readonly [key: string]: ParsedJson };

/** Deeper values cannot come from a program, and would exhaust the stack of a recursive reader. */
export const MAX_DEPTH = 1000;

/** What is wrong with a piece of state, and where. Callers add the file's name. */
export function corrupt(where: string, problem: string): UserError {
  return new UserError("state-corrupt", `${where} ${problem}`);
}

export function isObject(value: ParsedJson | undefined): value is ParsedObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Like Go's decoder, these take null for "not given". */
export function readObject(value: ParsedJson | undefined, where: string): ParsedObject {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw corrupt(where, "must be an object");
  return value;
}

export function readArray(value: ParsedJson | undefined, where: string): readonly ParsedJson[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw corrupt(where, "must be a list");
  return value as readonly ParsedJson[];
}

export function readString(value: ParsedJson | undefined, where: string): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw corrupt(where, "must be a text");
  return value;
}

export function readBoolean(value: ParsedJson | undefined, where: string): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw corrupt(where, "must be true or false");
  return value;
}

export function readStrings(value: ParsedJson | undefined, where: string): readonly string[] {
  return readArray(value, where).map((item, index) => readString(item, `${where}[${index}]`));
}

/** Takes JSON over as it is, having checked that it can be written again. */
export function readOpaque(value: ParsedJson, where: string, depth = 0): ParsedJson {
  if (depth > MAX_DEPTH) throw corrupt(where, "is nested too deeply");
  if (typeof value === "number" && !Number.isFinite(value))
    throw corrupt(where, "holds a number out of range");
  if (typeof value !== "object" || value === null) return value;
  for (const item of Object.values(value)) readOpaque(item, where, depth + 1);
  return value;
}
