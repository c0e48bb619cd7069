/** An object's properties in one form, whoever wrote them: path -> text. What is not set is not in it. */
export type Canonical = ReadonlyMap<string, string>;

/** One property whose two sides differ; null where a side does not have it. */
export interface PropertyDifference {
  readonly property: string;
  readonly recorded: string | null;
  readonly live: string | null;
}

export type CanonicalEntry = readonly [property: string, value: unknown];

/** Makes a canonical form; values that say nothing (undefined, null, "", [], {}, false, 0) are left out. */
export function canonical(entries: Iterable<CanonicalEntry>): Canonical {
  const texts = [...entries].flatMap(([property, value]): [string, string][] =>
    isNothing(value) ? [] : [[property, toText(value)]],
  );
  return new Map(texts);
}

/** The entries of a map property: `labels["trials.role"]`, `envs[LOG_LEVEL]`. */
export function keyed(
  property: string,
  map: { readonly [key: string]: unknown } | null | undefined,
): CanonicalEntry[] {
  return Object.entries(map ?? {}).map(([key, value]) => [`${property}[${key}]`, value]);
}

/** The same for a map in which an empty text is a value of its own. */
export function keyedTexts(
  property: string,
  map: { readonly [key: string]: string } | null | undefined,
): CanonicalEntry[] {
  return keyed(
    property,
    Object.fromEntries(Object.entries(map ?? {}).map(([key, text]) => [key, text === "" ? '""' : text])),
  );
}

export function compareCanonical(recorded: Canonical, live: Canonical): PropertyDifference[] {
  const properties = [...new Set([...recorded.keys(), ...live.keys()])].sort();
  return properties.flatMap((property) => {
    const sides = { recorded: recorded.get(property) ?? null, live: live.get(property) ?? null };
    return sides.recorded === sides.live ? [] : [{ property, ...sides }];
  });
}

/** Name of the property that a path is in: `envs` of `envs[LOG_LEVEL]`. */
export function topLevelOf(property: string): string {
  return /^[^.[]*/.exec(property)?.[0] ?? property;
}

/** The steps of a path: `spec`, `ports`, `0`, `name` of `spec.ports[0].name`. */
export function stepsOf(property: string): readonly string[] {
  return [...property.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? topLevelOf(property),
  );
}

/** What stands between the first brackets of a path: `LOG_LEVEL` of `envs[LOG_LEVEL]`. */
export function keyOf(property: string): string | undefined {
  return /\[(.*)\]/.exec(property)?.[1];
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function toText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
