/** Wakes who waits once for all rings since the last time, those included that came while nobody waited. */
export class Bell {
  private rung = Promise.withResolvers<void>();

  ring(): void {
    this.rung.resolve();
  }

  async wait(): Promise<void> {
    await this.rung.promise;
    this.rung = Promise.withResolvers();
  }
}
