import { isPropertyArray, isPropertyMap, type PropertyValue, Secret } from "../../protocol/property-value.ts";

/** Shorter texts are words that stand in any log. */
const SHORTEST = 7;
const REPLACEMENT = "[secret]";

/** The texts that are secret in a value: whole, without the name before `=`, and the password of an address. */
export function secretTexts(value: PropertyValue, isSecret = false): readonly string[] {
  if (value instanceof Secret) return secretTexts(value.value, true);
  if (isPropertyArray(value)) return value.flatMap((item) => secretTexts(item, isSecret));
  if (isPropertyMap(value)) return Object.values(value).flatMap((item) => secretTexts(item, isSecret));
  return isSecret && typeof value === "string" ? partsOf(value) : [];
}

function partsOf(text: string): readonly string[] {
  const assigned = text.slice(text.indexOf("=") + 1);
  const password = URL.parse(assigned)?.password ?? "";
  return [text, assigned, password].filter(({ length }) => length >= SHORTEST);
}

/** Gives a function that puts `[secret]` for each of the texts. */
export function hideTexts(texts: readonly string[]): (text: string) => string {
  const longestFirst = [...new Set(texts)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, REPLACEMENT), text);
}
