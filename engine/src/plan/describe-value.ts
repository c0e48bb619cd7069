import {
  Archive,
  Asset,
  Computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";

/** A value for a message, worded as the official CLI does; secrets stay hidden. */
export function describeValue(value: PropertyValue): string {
  if (value instanceof OutputValue) return describeOutput(value);
  return value instanceof Computed ? "output<string>{}" : `{${inner(value)}}`;
}

function describeOutput(output: OutputValue): string {
  if (output.value === undefined) return "output<string>{}";
  return output.secret ? "{[secret]}" : describeValue(output.value);
}

function inner(value: Exclude<PropertyValue, OutputValue | Computed>): string {
  if (value === null) return "<nil>";
  if (typeof value === "number") return goNumber(value);
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Asset) return "asset";
  if (value instanceof Archive) return "archive";
  if (isPropertyArray(value)) return `[${value.map(describeValue).join(" ")}]`;
  if (isPropertyMap(value)) {
    const entries = Object.entries(value).map(([key, element]) => `${key}:${describeValue(element)}`);
    return `map[${entries.sort().join(" ")}]`;
  }
  return typeof value === "object" ? value.urn : String(value);
}

/** Outside of these exponents Go's `%v` writes a float in scientific form. */
const SMALLEST_PLAIN_EXPONENT = -4;
const FIRST_LARGE_EXPONENT = 6;

/** A number as Go's `%v` writes it: the shortest digits, an exponent of at least two. */
function goNumber(value: number): string {
  if (Object.is(value, -0)) return "-0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value === 0 || (power >= SMALLEST_PLAIN_EXPONENT && power < FIRST_LARGE_EXPONENT)) {
    return plainNumber(value, digits, power);
  }
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function plainNumber(value: number, digits: string, power: number): string {
  const decimals = digits.replace("-", "").replace(".", "").length - 1 - power;
  return value.toFixed(Math.max(0, decimals));
}
