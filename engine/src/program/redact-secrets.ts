import type { RunConfig } from "../operation.ts";
import { SECRET_SIGNATURE } from "../protocol/signatures.ts";

/** Shorter secrets are left alone: hiding them would blank out half of every message. */
const SHORTEST = 3;
const REPLACEMENT = "[secret]";

/**
 * Cuts a text before the first value that is marked secret on the wire: SDKs print whole answers as debug messages,
 * and where such a value ends cannot be told.
 */
export function cutAtSecret(text: string): string {
  const at = text.indexOf(SECRET_SIGNATURE);
  return at < 0 ? text : text.slice(0, at) + REPLACEMENT;
}

/**
 * Gives a function that hides the stack's secret configuration values in a text, also where they are JSON-escaped, and
 * what `cutAtSecret` hides.
 */
export function redactSecrets(config: RunConfig): (text: string) => string {
  const secrets = new Set<string>();
  const told = config.secretTexts ?? config.secretKeys.flatMap((key) => textsOf(config.values[key] ?? ""));
  for (const text of told.filter(({ length }) => length >= SHORTEST)) {
    secrets.add(text);
    secrets.add(JSON.stringify(text).slice(1, -1));
  }
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return (text) =>
    longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, REPLACEMENT), cutAtSecret(text));
}

/** The value itself and, where it is a JSON document, every string inside it. */
function textsOf(value: string): readonly string[] {
  return [value, ...stringsIn(parseDocument(value))];
}

function parseDocument(value: string): unknown {
  if (!/^[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function stringsIn(document: unknown): readonly string[] {
  if (typeof document === "string") return [document];
  if (typeof document !== "object" || document === null) return [];
  return Object.values(document).flatMap(stringsIn);
}
