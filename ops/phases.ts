/** How long the parts of a command took, in milliseconds. */
export type PhaseTimes = { readonly [phase: string]: number };

/** Times the parts of a command one after the other. */
export class Phases {
  private readonly times = new Map<string, number>();
  private readonly clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.clock = clock;
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const started = this.clock();
    try {
      return await work();
    } finally {
      this.times.set(phase, Math.round(this.clock() - started));
    }
  }

  get all(): PhaseTimes {
    return Object.fromEntries(this.times);
  }
}
