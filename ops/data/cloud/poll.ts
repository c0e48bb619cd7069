import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../errors.ts";
import type { DataProgress, DataWork } from "../keeper.ts";

/** How a vendor is asked again and again until it has finished. */
export interface Patience {
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Milliseconds after which it is given up. */
  readonly deadline: number;
}

export const PATIENCE: Patience = { interval: 5_000, deadline: 3_600_000 };

/** Waits until `look` says that it is done. @throws UserError `vendor-slow` */
export async function pollUntil(
  progress: DataProgress,
  wait: { readonly patience: Patience; readonly work: DataWork },
  look: () => Promise<boolean>,
): Promise<void> {
  const { patience, work } = wait;
  const end = Date.now() + patience.deadline;
  for (;;) {
    work.signal?.throwIfAborted();
    work.onProgress?.(progress);
    if (await look()) return;
    if (Date.now() > end) {
      const seconds = Math.round(patience.deadline / 1000);
      throw new UserError(
        "vendor-slow",
        `${progress.store}: ${progress.message} took longer than ${seconds} s`,
        {
          help: "look at the vendor's console; the same command can be run again",
        },
      );
    }
    await delay(patience.interval, undefined, work.signal && { signal: work.signal });
  }
}
