/** Something in which a run differs from its recording. */
export interface Difference {
  /** What was compared, for example `exit code`, `ops`, `checkpoint`. */
  readonly aspect: string;
  readonly text: string;
  /** The resource that it is about: qualified type and name. */
  readonly resource?: string;
}

/** How a resource is called here: its URN without stack and project. */
export function shortUrn(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every place where two JSON values differ, as `path: expected X, got Y`. */
export function differencesOf(expected: unknown, actual: unknown, path = ""): string[] {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item, index) => differencesOf(item, actual[index], `${path}[${index}]`));
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
    return keys.flatMap((key) =>
      differencesOf(expected[key], actual[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(expected) === JSON.stringify(actual)) return [];
  return [`${path || "value"}: expected ${show(expected)}, got ${show(actual)}`];
}

/** What one list has and the other has not; items are equal where their keys are. */
export function unmatched<T>(
  expected: readonly T[],
  actual: readonly T[],
  keyOf: (item: T) => string,
): { readonly verdict: "missing" | "unexpected"; readonly item: T }[] {
  const left = [...actual];
  const missing = expected.filter((item) => {
    const index = left.findIndex((other) => keyOf(other) === keyOf(item));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return [
    ...missing.map((item) => ({ verdict: "missing" as const, item })),
    ...left.map((item) => ({ verdict: "unexpected" as const, item })),
  ];
}

/** Compares two lists as multisets of texts. */
export function multisetDifferences(expected: readonly string[], actual: readonly string[]): string[] {
  return unmatched(expected, actual, (item) => item).map(({ verdict, item }) => `${verdict} ${item}`);
}
