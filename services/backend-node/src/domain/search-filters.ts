import type { Filter } from "mongodb";

import type { Row } from "./keyset.ts";
import { words } from "./words.ts";

/**
 * A condition for each word of a text: a stored word begins with it.
 * Words hold only letters and digits, so they need no escaping inside an expression.
 */
export function wordFilters(field: string, text: string | undefined): Filter<Row>[] {
  return [...new Set(words(text ?? ""))].map((word) => ({ [field]: { $regex: `^${word}` } }));
}

/** One of several values; no value is no condition. */
export function inFilter(field: string, values: readonly string[]): Filter<Row>[] {
  return values.length > 0 ? [{ [field]: { $in: [...values] } }] : [];
}
