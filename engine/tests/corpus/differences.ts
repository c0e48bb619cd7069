/** Something in which a run differs from its recording. */
export interface Difference {
  /** What was compared, for example `exit code`, `ops`, `checkpoint`. */
  readonly aspect: string;
  readonly text: string;
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

/** Compares two lists as multisets of texts. */
export function multisetDifferences(expected: readonly string[], actual: readonly string[]): string[] {
  const left = [...actual];
  const missing: string[] = [];
  for (const item of expected) {
    const index = left.indexOf(item);
    if (index < 0) missing.push(item);
    else left.splice(index, 1);
  }
  return [...missing.map((item) => `missing ${item}`), ...left.map((item) => `unexpected ${item}`)];
}
