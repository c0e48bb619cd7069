/** Lets one caller at a time do its work, in the order in which they came. */
export class Turn {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

/** Lets a number of callers at a time do their work, in the order in which they came. */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = Math.max(1, count);
  }

  /** `work` may give its slot back before it ends. */
  async use<T>(work: (giveBack: () => void) => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    let isHeld = true;
    const giveBack = (): void => {
      if (isHeld) this.passOn();
      isHeld = false;
    };
    try {
      return await work(giveBack);
    } finally {
      giveBack();
    }
  }

  private passOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
