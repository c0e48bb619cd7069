import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { isBuiltIn, kindOfObject } from "./api-kind.ts";
import type { KubeObject } from "./object.ts";

/** Maps whose values are quantities, wherever they are in a built-in kind. */
const MAPS = new Set([
  ...["requests", "limits", "hard", "capacity", "overhead", "podFixed"],
  ...["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"],
]);

/** Fields that are quantities. */
const FIELDS = new Set(["sizeLimit", "divisor", "averageValue"]);

/** Parts of an object that hold people's own keys. */
const FREE = new Set(["metadata", "data", "binaryData", "stringData", "matchLabels", "selector", "status"]);

/** The object with its quantities as the server writes them: `1000m` is `1`. Custom kinds keep theirs, as there. */
export function withCanonicalQuantities(object: KubeObject): KubeObject {
  return isBuiltIn(kindOfObject(object)) ? inMap(object) : object;
}

function inMap(map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      if (FREE.has(key)) return [key, value];
      if (FIELDS.has(key)) return [key, canonical(value)];
      if (MAPS.has(key) && isPropertyMap(value)) return [key, quantities(value)];
      return [key, inValue(value)];
    }),
  );
}

function inValue(value: PropertyValue): PropertyValue {
  if (isPropertyMap(value)) return inMap(value);
  return isPropertyArray(value) ? value.map(inValue) : value;
}

/** Only where all are: `limits` of a LimitRange, or a person's own map, is something else. */
function quantities(map: PropertyMap): PropertyMap {
  const entries = Object.entries(map);
  const isTrue = entries.every(([, value]) => typeof value === "string" || typeof value === "number");
  return isTrue ? Object.fromEntries(entries.map(([key, value]) => [key, canonical(value)])) : inMap(map);
}

function canonical(value: PropertyValue): PropertyValue {
  if (typeof value !== "string" && typeof value !== "number") return value;
  return canonicalQuantity(String(value)) ?? value;
}

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d+)?$/;
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** As k8s.io/apimachinery's resource.Quantity prints it; undefined where the text is none. */
export function canonicalQuantity(text: string): string | undefined {
  const found = QUANTITY.exec(text.trim());
  if (found === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = found;
  if (whole === "" && fraction === "") return undefined;
  const isExponent = /^[eE]./.test(suffix);
  const isBinary = suffix.endsWith("i");
  const nanos = toNanos(whole, fraction, suffix);
  const minus = sign === "-" && nanos !== 0n ? "-" : "";
  const digits =
    isBinary && nanos >= 1024n * NANO
      ? inSteps(ceilDivide(nanos, NANO), 1024n, BINARY)
      : decimal(nanos, isExponent);
  return `${minus}${digits}`;
}

const NANO = 1_000_000_000n;

/** Billionths, rounded up: nothing finer is kept. */
function toNanos(whole: string, fraction: string, suffix: string): bigint {
  const scale = 10n ** BigInt(fraction.length);
  const number = BigInt(`${whole}${fraction}`) * NANO;
  const binary = BINARY.indexOf(suffix);
  if (suffix !== "" && binary > 0) return ceilDivide(number * 1024n ** BigInt(binary), scale);
  const exponent = /^[eE]./.test(suffix) ? Number(suffix.slice(1)) : 3 * (DECIMAL.indexOf(suffix) - 3);
  const factor = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? ceilDivide(number, scale * factor) : ceilDivide(number * factor, scale);
}

function ceilDivide(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

function decimal(nanos: bigint, isExponent: boolean): string {
  if (!isExponent) return inSteps(nanos, 1000n, DECIMAL);
  const exponents = DECIMAL.map((_, index) => (index === 3 ? "" : `e${3 * (index - 3)}`));
  return inSteps(nanos, 1000n, exponents);
}

/** The largest suffix that leaves a whole number. */
function inSteps(value: bigint, step: bigint, suffixes: readonly string[]): string {
  if (value === 0n) return "0";
  let rest = value;
  let index = 0;
  while (rest % step === 0n && index < suffixes.length - 1) {
    rest /= step;
    index++;
  }
  return `${rest}${suffixes[index]}`;
}
