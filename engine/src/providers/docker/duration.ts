const UNITS: { readonly [unit: string]: number } = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a Go duration such as `1m30s`; undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
  return Math.round(
    [...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ""] ?? 0), 0),
  );
}

/** A duration as Go prints it: `1m30s`, `500ms`, `0s`. */
export function formatDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  for (const [unit, size] of [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
  ] as const) {
    if (nanoseconds < size * 1000) return `${nanoseconds / size}${unit}`;
  }
  const seconds = (nanoseconds % 60e9) / 1e9;
  const minutes = Math.floor(nanoseconds / 60e9) % 60;
  const hours = Math.floor(nanoseconds / 3600e9);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

/** True where both texts are the same length of time. */
export function sameDuration(left: unknown, right: unknown): boolean {
  return parseDuration(String(left)) === parseDuration(String(right));
}
