/** Lets operations on one thing happen one after the other. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  async take<Result>(key: string, run: () => Promise<Result>): Promise<Result> {
    const before = this.last.get(key) ?? Promise.resolve();
    const mine = before.then(run, run);
    this.last.set(key, mine);
    return mine;
  }
}
