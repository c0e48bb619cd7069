/** Digits of base64url in the order of their values, as ranges of a regular expression. */
const RANGES = [
  ["A", "Z"],
  ["a", "z"],
  ["0", "9"],
  ["-", "-"],
  ["_", "_"],
] as const;
const DIGITS = RANGES.flatMap(([first, last]) =>
  Array.from({ length: last.charCodeAt(0) - first.charCodeAt(0) + 1 }, (_, index) =>
    String.fromCharCode(first.charCodeAt(0) + index),
  ),
);
const BASE = DIGITS.length;

/**
 * A regular expression for a share of the tokens that clients send in `Authorization`, percent. It looks at two digits
 * of the signature, which are as good as random; the last digit is not. A larger share has all tokens of a smaller one.
 */
export function tokenShare(percent: number): string {
  if (percent >= 100) return ".+";
  const count = Math.round((percent / 100) * BASE * BASE);
  const [whole, rest] = [Math.floor(count / BASE), count % BASE];
  const first = whole > 0 ? [`${below(whole)}.`] : [];
  const second = rest > 0 ? [`${digit(whole)}${below(rest)}`] : [];
  return `.*(${[...first, ...second].join("|")}).$`;
}

/** The digits below one, as a class. */
function below(end: number): string {
  const ranges = RANGES.flatMap(([first, last]) => {
    const [from, to] = [DIGITS.indexOf(first), Math.min(DIGITS.indexOf(last), end - 1)];
    return to < from ? [] : [from === to ? digit(from) : `${first}-${DIGITS[to]}`];
  });
  return `[${ranges.join("")}]`;
}

function digit(value: number): string {
  const found = DIGITS[value] ?? "";
  return found === "-" ? "\\-" : found;
}
