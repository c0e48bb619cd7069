import { decode, type RecordedObject, type RecordedValue, reveal } from "./recorded-value.ts";

/** Where in a resource's outputs a value is; `["id"]` is its id. */
export interface Reference {
  readonly urn: string;
  readonly path: readonly (string | number)[];
}

/** A recorded value with what came from other resources bound to where it came from. */
export type BoundValue =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "reference"; readonly to: Reference }
  /** A text in which outputs of other resources stand. */
  | { readonly kind: "text"; readonly parts: readonly (string | Reference)[] }
  | { readonly kind: "list"; readonly items: readonly BoundValue[] }
  | { readonly kind: "object"; readonly members: { readonly [key: string]: BoundValue } }
  | { readonly kind: "secret"; readonly value: BoundValue }
  | { readonly kind: "resource"; readonly urn: string }
  /** A value that depends on resources in a way that it does not show. */
  | { readonly kind: "dependent"; readonly on: readonly string[]; readonly value: BoundValue }
  | { readonly kind: "asset" | "archive"; readonly members: RecordedObject }
  | { readonly kind: "unreadable"; readonly signature: string };

/** An output that only its provider knows before it is there. */
export interface Source {
  readonly value: string | number;
  readonly to: Reference;
}

/** Shorter texts and smaller numbers are equal by chance. */
const SHORTEST_WHOLE = 4;
const SHORTEST_PART = 8;
const SMALLEST_NUMBER = 1024;

/**
 * What of a resource may come out otherwise when it is made again: its id and every output, unless it repeats a literal
 * input. What repeats one comes out as recorded, so its users can keep the literal.
 */
export function sourcesOf(
  resource: { readonly urn: string; readonly id: string; readonly outputs: RecordedObject },
  inputs: { readonly [key: string]: BoundValue },
): Source[] {
  const sources: Source[] = [];
  const visit = (value: RecordedValue, input: BoundValue | undefined, path: (string | number)[]): void => {
    const plain = reveal(value);
    if (Array.isArray(plain)) {
      for (const [index, item] of plain.entries()) visit(item, memberOf(input, index), [...path, index]);
    } else if (plain !== null && typeof plain === "object") {
      for (const [key, item] of Object.entries(plain as RecordedObject)) {
        visit(item, memberOf(input, key), [...path, key]);
      }
    } else if (isDistinct(plain) && !(input?.kind === "literal" && input.value === plain)) {
      sources.push({ value: plain, to: { urn: resource.urn, path } });
    }
  };
  for (const [key, value] of Object.entries(resource.outputs)) {
    if (key !== "id" && !key.startsWith("__")) visit(value, plainInput(inputs[key]), [key]);
  }
  const isSaid = Object.values(inputs).some(
    (input) => input.kind === "literal" && input.value === resource.id,
  );
  if (isDistinct(resource.id) && !isSaid) {
    sources.push({ value: resource.id, to: { urn: resource.urn, path: ["id"] } });
  }
  return sources;
}

/** Binds a recorded value to the outputs that it equals or contains. `__defaults` and what they name are left out. */
export function bindValue(value: RecordedValue, sources: readonly Source[]): BoundValue {
  const decoded = decode(value);
  switch (decoded.kind) {
    case "plain":
      return bindPlain(decoded.value, sources);
    case "list":
      return { kind: "list", items: decoded.items.map((item) => bindValue(item, sources)) };
    case "object":
      return { kind: "object", members: bindMembers(decoded.members, sources) };
    case "secret":
      return { kind: "secret", value: bindValue(decoded.value, sources) };
    default:
      return decoded;
  }
}

/** Binds the members of an object. Defaults are the provider's to add again. */
export function bindMembers(
  members: RecordedObject,
  sources: readonly Source[],
): { readonly [key: string]: BoundValue } {
  const defaults = new Set(namesIn(members["__defaults"]));
  const said = Object.entries(members).filter(([key]) => key !== "__defaults" && !defaults.has(key));
  return Object.fromEntries(said.map(([key, item]) => [key, bindValue(item, sources)]));
}

/**
 * Makes a value depend on resources as well, at one leaf: on the whole, a secret anywhere inside would make all of it
 * secret.
 */
export function makeDependent(value: BoundValue, on: readonly string[]): BoundValue {
  if (on.length === 0) return value;
  if (value.kind === "secret") return { kind: "secret", value: makeDependent(value.value, on) };
  if (value.kind === "list" && value.items[0] !== undefined) {
    const [first, ...rest] = value.items;
    return { kind: "list", items: [makeDependent(first, on), ...rest] };
  }
  if (value.kind === "object") {
    const [first, ...rest] = Object.entries(value.members);
    if (first !== undefined) {
      const members = Object.fromEntries([[first[0], makeDependent(first[1], on)], ...rest]);
      return { kind: "object", members };
    }
  }
  return { kind: "dependent", on, value };
}

/** The resources that a bound value takes something of. */
export function referencesIn(value: BoundValue): readonly string[] {
  switch (value.kind) {
    case "reference":
      return [value.to.urn];
    case "text":
      return value.parts.flatMap((part) => (typeof part === "string" ? [] : [part.urn]));
    case "list":
      return value.items.flatMap(referencesIn);
    case "object":
      return Object.values(value.members).flatMap(referencesIn);
    case "secret":
    case "dependent":
      return referencesIn(value.value);
    case "resource":
      return [value.urn];
    default:
      return [];
  }
}

function bindPlain(value: null | boolean | number | string, sources: readonly Source[]): BoundValue {
  const equal = sources.find((source) => source.value === value);
  if (equal !== undefined) return { kind: "reference", to: equal.to };
  if (typeof value !== "string") return { kind: "literal", value };
  const parts = splitText(
    value,
    sources.filter((source) => typeof source.value === "string" && source.value.length >= SHORTEST_PART),
  );
  return parts.every((part) => typeof part === "string")
    ? { kind: "literal", value }
    : { kind: "text", parts };
}

/** Takes the longest source first: a short one may be part of it. */
function splitText(text: string, sources: readonly Source[]): (string | Reference)[] {
  const inside = sources.filter((source) => text.includes(String(source.value)));
  const longest = inside.reduce<Source | undefined>(
    (best, source) =>
      best === undefined || String(source.value).length > String(best.value).length ? source : best,
    undefined,
  );
  if (longest === undefined) return text === "" ? [] : [text];
  const between = text.split(String(longest.value));
  return between.flatMap((part, index) => [
    ...(index === 0 ? [] : [longest.to]),
    ...splitText(
      part,
      inside.filter((source) => source !== longest),
    ),
  ]);
}

function isDistinct(value: RecordedValue): value is string | number {
  if (typeof value === "number") return value >= SMALLEST_NUMBER;
  return typeof value === "string" && value.length >= SHORTEST_WHOLE;
}

function memberOf(input: BoundValue | undefined, key: string | number): BoundValue | undefined {
  const plain = plainInput(input);
  if (plain?.kind === "list" && typeof key === "number") return plainInput(plain.items[key]);
  return plain?.kind === "object" ? plainInput(plain.members[key]) : undefined;
}

function plainInput(input: BoundValue | undefined): BoundValue | undefined {
  return input?.kind === "secret" ? plainInput(input.value) : input;
}

function namesIn(value: RecordedValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
