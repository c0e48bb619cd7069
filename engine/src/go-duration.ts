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

/** Writes seconds as Go's `time.Duration` does, for example `1h0m0s`, `5m0s`, `1.5s` or `500ms`; "" for none. */
export function goDuration(seconds: number): string {
  if (seconds === 0) return "";
  const size = Math.abs(seconds);
  const text = size < 1 ? belowOneSecond(size) : fromOneSecond(size);
  return seconds < 0 ? `-${text}` : text;
}

function belowOneSecond(seconds: number): string {
  const nanoseconds = Math.round(seconds * 1e9);
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  return nanoseconds < 1e6 ? `${nanoseconds / 1e3}µs` : `${nanoseconds / 1e6}ms`;
}

function fromOneSecond(seconds: number): string {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = Number(((whole % 60) + (seconds - whole)).toFixed(9));
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}
