/** Fractions from this magnitude on, and below the other, are written with an exponent. */
const LARGE_EXPONENT = 6;
const SMALL_EXPONENT = -4;

/** A number as the official CLI shows it: whole ones with all their digits, others as Go's `%g`. */
export function renderNumber(value: number): string {
  if (Number.isInteger(value)) return Object.is(value, -0) ? "-0" : BigInt(value).toString();
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= SMALL_EXPONENT && exponent < LARGE_EXPONENT) return String(value);
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
