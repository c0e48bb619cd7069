import type { RunConfig } from "../operation.ts";

/** Shorter secrets are left alone: hiding them would blank out half of every message. */
const SHORTEST = 3;
const REPLACEMENT = "[secret]";

/** Gives a function that hides the stack's secret configuration values in a text, also where they are JSON-escaped. */
export function redactSecrets(config: RunConfig): (text: string) => string {
  const secrets = new Set<string>();
  for (const key of config.secretKeys) {
    for (const text of secretTexts(config.values[key] ?? "")) {
      secrets.add(text);
      secrets.add(JSON.stringify(text).slice(1, -1));
    }
  }
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, REPLACEMENT), text);
}

/** The value itself and, where it is a JSON document, every string inside it: which of them are secret is not recorded. */
function secretTexts(value: string): readonly string[] {
  return [value, ...stringsIn(parseDocument(value))].filter((text) => text.length >= SHORTEST);
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
