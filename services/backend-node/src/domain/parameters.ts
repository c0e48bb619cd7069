import type { TSchema } from "typebox";

import { type FieldProblem, nothingHere, validationProblem } from "./problem.ts";

type Reading<Value> = { readonly value: Value } | { readonly code: string; readonly message: string };

/** A query or path parameter: how it is documented and how its text is read. */
export interface Parameter<Value> {
  readonly schema: TSchema;
  /** Reads the given texts; an empty list means that the parameter is absent. */
  read(texts: readonly string[]): Reading<Value>;
}

/** The parameters of an operation by name. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The values that a set of parameters gives. */
export type ValuesOf<Spec extends Parameters> = {
  readonly [Name in keyof Spec]: Spec[Name] extends Parameter<infer Value> ? Value : never;
};

interface Request {
  readonly url: string;
  readonly params: unknown;
}

/** Reads the parameters of a path. */
export function readPath<Path extends Parameters>(params: unknown, expected: Path): ValuesOf<Path> {
  const { values, problems } = readPathValues(params, expected);
  if (problems.length > 0) throw validationProblem(problems);
  return values;
}

/** Reads the parameters of a path and a query; everything wrong or unknown is told in one problem. */
export function readParameters<Path extends Parameters, Query extends Parameters>(
  { url, params }: Request,
  expected: { readonly path: Path; readonly query: Query },
): ValuesOf<Path> & ValuesOf<Query> {
  const at = url.indexOf("?");
  const inQuery = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  const unknown = [...new Set(inQuery.keys())].filter((name) => !Object.hasOwn(expected.query, name));
  const path = readPathValues(params, expected.path);
  const query = readAll("query", expected.query, (name) => inQuery.getAll(name));
  const problems = [
    ...path.problems,
    ...query.problems,
    ...unknown.map((name) => problemAt(name, "unknown", "is not a known parameter")),
  ];
  if (problems.length > 0) throw validationProblem(problems);
  return { ...path.values, ...query.values };
}

/** Text of 1 to `max` characters that contains something to search for. */
export function searchText(max: number): Parameter<string | undefined> {
  return optional({ type: "string", minLength: 1, maxLength: max }, (text) => {
    const length = [...text].length;
    if (length < 1) return { code: "length", message: "must have at least 1 character" };
    if (length > max) return { code: "length", message: `must have at most ${max} characters` };
    if (!/[\p{L}\p{N}]/u.test(text)) return { code: "format", message: "must contain a letter or a digit" };
    return { value: text };
  });
}

/** Text in a given form. */
export function matching(pattern: RegExp): Parameter<string | undefined> {
  return optional({ type: "string", pattern: pattern.source }, (text) => readMatching(text, pattern));
}

/** Text in a given form that is always there, as in a path. */
export function requiredMatching(pattern: RegExp): Parameter<string> {
  const read = ([text = ""]: readonly string[]) => readMatching(text, pattern);
  return { schema: { type: "string", pattern: pattern.source }, read };
}

/** One of the given words. */
export function oneOf<Word extends string>(values: readonly Word[]): Parameter<Word | undefined>;
export function oneOf<Word extends string>(values: readonly Word[], fallback: Word): Parameter<Word>;
export function oneOf(values: readonly string[], fallback?: string): Parameter<string | undefined> {
  const schema = { type: "string", enum: [...values], ...(fallback !== undefined && { default: fallback }) };
  return optional(schema, (text) => readWord(text, values), fallback);
}

/** Any number of the given words, each as its own parameter of the same name. */
export function anyOf<Word extends string>(values: readonly Word[]): Parameter<readonly Word[]> {
  return {
    schema: { type: "array", items: { type: "string", enum: [...values] } },
    read(texts) {
      const unknown = texts.map((text) => readWord(text, values)).find((reading) => "code" in reading);
      return unknown ?? { value: values.filter((value) => texts.includes(value)) };
    },
  };
}

/** A whole number within bounds. */
export function integer(bounds: { min: number; max: number; fallback: number }): Parameter<number> {
  const { min, max, fallback } = bounds;
  const schema = { type: "integer", minimum: min, maximum: max, default: fallback };
  const read = (text: string): Reading<number> => {
    if (!/^-?[0-9]{1,9}$/.test(text)) return { code: "type", message: "must be an integer" };
    const value = Number(text);
    if (value < min) return { code: "range", message: `must be at least ${min}` };
    if (value > max) return { code: "range", message: `must be at most ${max}` };
    return { value };
  };
  return optional(schema, read, fallback) as Parameter<number>;
}

/** true or false. */
export function flag(): Parameter<boolean | undefined>;
export function flag(fallback: boolean): Parameter<boolean>;
export function flag(fallback?: boolean): Parameter<boolean | undefined> {
  const schema = { type: "boolean", ...(fallback !== undefined && { default: fallback }) };
  const read = (text: string): Reading<boolean> =>
    text === "true" || text === "false"
      ? { value: text === "true" }
      : { code: "type", message: "must be true or false" };
  return optional(schema, read, fallback);
}

/** A day of the calendar, YYYY-MM-DD. */
export function calendarDay(): Parameter<string | undefined> {
  return optional({ type: "string", format: "date" }, (text) => {
    const day = /^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
    const isDay = day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
    return isDay ? { value: text } : { code: "format", message: "must be a date, YYYY-MM-DD" };
  });
}

/** Any text; what it means is decided elsewhere. */
export function opaque(): Parameter<string | undefined> {
  return optional({ type: "string" }, (text) => ({ value: text }));
}

function optional<Value>(
  schema: TSchema,
  read: (text: string) => Reading<Value>,
  fallback?: Value,
): Parameter<Value | undefined> {
  return {
    schema,
    read(texts) {
      const last = texts.at(-1);
      return last === undefined ? { value: fallback } : read(last);
    },
  };
}

function readWord<Word extends string>(text: string, values: readonly Word[]): Reading<Word> {
  const value = values.find((candidate) => candidate === text);
  return value === undefined ? { code: "enum", message: `must be one of ${values.join(", ")}` } : { value };
}

function readMatching(text: string, pattern: RegExp): Reading<string> {
  return pattern.test(text) ? { value: text } : { code: "format", message: "does not have the right form" };
}

function readPathValues<Path extends Parameters>(params: unknown, expected: Path) {
  const given = params as Readonly<Record<string, string>>;
  if (Object.values(given).includes("")) throw nothingHere();
  return readAll("path", expected, (name) => [given[name] ?? ""]);
}

function readAll<Spec extends Parameters>(
  place: "query" | "path",
  parameters: Spec,
  textsOf: (name: string) => readonly string[],
): { values: ValuesOf<Spec>; problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const reading = parameter.read(textsOf(name));
    if ("code" in reading) problems.push(problemAt(name, reading.code, reading.message, place));
    else values[name] = reading.value;
  }
  return { values: values as ValuesOf<Spec>, problems };
}

function problemAt(name: string, code: string, message: string, place = "query"): FieldProblem {
  const escaped = name.replaceAll("~", "~0").replaceAll("/", "~1");
  return { pointer: `/${place}/${escaped}`, code, message };
}
