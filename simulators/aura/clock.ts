/** The time that the simulated cloud lives in: the machine's own, moved forward at will. Milliseconds since 1970. */
export class Clock {
  private readonly real: () => number;
  private ahead = 0;

  constructor(real: () => number = Date.now) {
    this.real = real;
  }

  now(): number {
    return this.real() + this.ahead;
  }

  /** Lets `milliseconds` go by at once. */
  advance(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }
}
