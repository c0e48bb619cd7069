import { setImmediate as turn } from "node:timers/promises";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Shares writes: while one runs, callers gather for the next, which contains what all of them changed.
 * So the number of writes follows the speed of the disk, not the number of changes.
 */
export class GroupCommit {
  private readonly write: () => Promise<void>;
  private waiting: Waiter[] = [];
  private busy = false;

  constructor(write: () => Promise<void>) {
    this.write = write;
  }

  /** Settles when a write that began after this call has ended. */
  commit(): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
    if (!this.busy) void this.drain();
    return promise;
  }

  private async drain(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      // Whatever changes in this turn of the event loop shares the write.
      await turn();
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.write();
        for (const waiter of batch) waiter.resolve();
      } catch (error) {
        for (const waiter of batch) waiter.reject(error);
      }
    }
    this.busy = false;
  }
}
