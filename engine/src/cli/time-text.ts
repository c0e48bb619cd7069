interface Unit {
  readonly seconds: number;
  readonly name: string;
}

const UNITS: readonly Unit[] = [
  { seconds: 365 * 86_400, name: "year" },
  { seconds: 30 * 86_400, name: "month" },
  { seconds: 7 * 86_400, name: "week" },
  { seconds: 86_400, name: "day" },
  { seconds: 3600, name: "hour" },
  { seconds: 60, name: "minute" },
  { seconds: 1, name: "second" },
];

/** How long ago a time was, in the largest unit that fits: `3 seconds ago`. */
export function relativeTime(time: Date, now: Date): string {
  const seconds = Math.floor(Math.abs(now.getTime() - time.getTime()) / 1000);
  const unit = UNITS.find((candidate) => seconds >= candidate.seconds);
  if (unit === undefined) return "now";
  const count = Math.floor(seconds / unit.seconds);
  const direction = time <= now ? "ago" : "from now";
  return `${count} ${unit.name}${count === 1 ? "" : "s"} ${direction}`;
}

/** A time as tools read it: UTC with milliseconds. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** A whole number of seconds as Go writes a duration: `1h2m3s`. */
export function durationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/** A time for people, in UTC as Go prints it. */
export function localTime(time: Date): string {
  return `${time.toISOString().replace("T", " ").replace("Z", "")} +0000 UTC`;
}
