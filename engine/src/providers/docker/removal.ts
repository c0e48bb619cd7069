import { setTimeout as pause } from "node:timers/promises";
import { daemonText, failure, isNotFound } from "./daemon-error.ts";
import type { CallContext } from "./kind.ts";

const DEADLINE = 30_000;
const POLL_INTERVAL = 200;

export interface Removal {
  remove(): Promise<unknown>;
  /** What Docker says while something still uses the object. */
  readonly busyText: string;
  /** What is wrong, before Docker's words. */
  readonly prefix: string;
  /** The names of those who use it. */
  users(): Promise<string[]>;
}

/** Removes an object; one that containers still use is tried again for a while, as they may be going themselves. */
export async function removeWhenFree(context: CallContext, removal: Removal): Promise<void> {
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    try {
      await removal.remove();
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      const text = daemonText(error);
      if (!text.includes(removal.busyText) || Date.now() > deadline || context.signal.aborted) {
        const users = await removal.users().catch((): string[] => []);
        throw failure(
          removal.prefix + text,
          users.length === 0 ? "" : `Containers that use it: ${users.join(", ")}.`,
        );
      }
    }
    await pause(POLL_INTERVAL);
  }
}
