import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors.ts";
import type { Blobs } from "./blobs.ts";
import type { StackLock } from "./store.ts";

/** How a lock is asked for. */
export interface LockPolicy {
  /** How long to wait for whoever holds it, in milliseconds. @default 0: not at all */
  readonly timeout?: number;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal;
  /** Whether the lock of a process that is gone is taken over; else it is an error, as with the official CLI. @default true */
  readonly takeOver?: boolean;
  /** Told what the person may want to know: who is waited for, whose lock is taken over. */
  readonly notice?: (text: string) => void;
}

/** A process that dies, or a change on a network disk, is seen by looking only. */
const LOOK_EVERY = 1000;
const TELL_EVERY = 10_000;
/** Processes that gave way to each other must not meet again. */
const LONGEST_PAUSE = 200;

interface Waiting {
  readonly blobs: Blobs;
  readonly folder: string;
  readonly policy: LockPolicy;
  readonly uuid: () => string;
}

/** Asks for a lock until it is given or the time is over. @throws UserError `stack-locked`, as without waiting. */
export async function awaitLock<Lock extends StackLock>(
  take: () => Promise<Lock>,
  waiting: Waiting,
): Promise<Lock> {
  const { timeout = 0, signal, notice = () => undefined } = waiting.policy;
  if (timeout <= 0) return take();
  const over = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal === undefined ? [] : [signal])]);
  const began = performance.now();
  let told: number | undefined;
  for (;;) {
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== "stack-locked" || over.aborted) throw error;
      const now = performance.now();
      if (told === undefined || now - told >= TELL_EVERY) {
        notice(waitingText(error, Math.round((now - began) / 1000), timeout / 1000));
        told = now;
      }
    }
    await nextChance(waiting, over);
  }
}

function waitingText({ message }: UserError, waited: number, atMost: number): string {
  const holders = message.split("\n").slice(1).join("\n");
  const since = waited === 0 ? `for at most ${atMost}s` : `${waited}s of at most ${atMost}s so far`;
  return `waiting for the lock of the stack, ${since}:\n${holders}\n`;
}

/** Settles when the folder of the locks changes, when it is time to look again, or when the waiting is over. */
async function nextChance({ blobs, folder, uuid }: Waiting, over: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const signal = AbortSignal.any([over, enough.signal]);
  const pause = Number.parseInt(uuid().slice(0, 4), 16) % LONGEST_PAUSE;
  try {
    await Promise.race([blobs.changed(folder, signal), delay(LOOK_EVERY, undefined, { signal })]);
    enough.abort();
    await delay(pause, undefined, { signal: over });
  } catch (error) {
    if (!over.aborted) throw error;
  } finally {
    enough.abort();
  }
}
