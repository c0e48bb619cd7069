import { isPropertyArray, isPropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { sameValue } from "../plain-values.ts";

/** The value that a text of JSON says; undefined where the text is none. */
export function findJson(text: string): PropertyValue | undefined {
  try {
    return JSON.parse(text) as PropertyValue;
  } catch {
    return undefined;
  }
}

/** True where two texts of JSON say the same; nothing says `{}`. */
export function sameJson(left: PropertyValue, right: PropertyValue): boolean {
  const [a, b] = [left, right].map((each) => findJson(typeof each === "string" && each !== "" ? each : "{}"));
  return a !== undefined && b !== undefined && sameValue(a, b);
}

/** JSON as the official plugin's language writes it: keys in order, nothing that HTML would read. */
export function writeJson(value: PropertyValue): string {
  return JSON.stringify(inOrder(value)).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function inOrder(value: PropertyValue): PropertyValue {
  if (isPropertyArray(value)) return value.map(inOrder);
  if (!isPropertyMap(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? null)]));
}
