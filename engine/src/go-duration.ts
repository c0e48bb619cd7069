const UNIT_SECONDS: { readonly [unit: string]: number } = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

const TERM = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** Reads a duration as Go writes it (`5m`, `1h30m`), in seconds; undefined where it is none. */
export function parseGoDuration(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (digits === "0") return 0;
  let seconds = 0;
  let end = 0;
  while (end < digits.length) {
    TERM.lastIndex = end;
    const [term, amount = "", unit = ""] = TERM.exec(digits) ?? [];
    if (term === undefined) return undefined;
    seconds += Number(amount) * (UNIT_SECONDS[unit] ?? 0);
    end += term.length;
  }
  if (end === 0) return undefined;
  return sign === "-" ? -seconds : seconds;
}
