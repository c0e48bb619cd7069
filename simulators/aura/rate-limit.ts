const WINDOW_MS = 60_000;
const SECOND_MS = 1000;

/** So many requests in any minute of the virtual clock. */
export class RateLimit {
  private readonly perMinute: number;
  private times: number[] = [];

  constructor(perMinute: number) {
    this.perMinute = perMinute;
  }

  /** Counts a request; gives the seconds to wait where it is one too many. */
  check(now: number): number | undefined {
    this.times = this.times.filter((time) => time > now - WINDOW_MS);
    const oldest = this.times[0];
    if (this.times.length < this.perMinute || oldest === undefined) {
      this.times.push(now);
      return undefined;
    }
    return Math.ceil((oldest + WINDOW_MS - now) / SECOND_MS);
  }
}
