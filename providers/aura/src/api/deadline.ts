import { setTimeout as sleep } from "node:timers/promises";

/** How long something may take, and what ends it early. */
export interface Limit {
  /** Milliseconds since 1970. */
  readonly end: number;
  readonly signal: AbortSignal;
}

/** The time was not enough. */
export class OutOfTime extends Error {}

/** The engine wants everything to end. */
export class Interrupted extends Error {}

export function limitOf(milliseconds: number, signal: AbortSignal): Limit {
  return { end: Date.now() + milliseconds, signal };
}

/**
 * Waits.
 *
 * @throws OutOfTime where the limit is reached before, Interrupted where everything is to end
 */
export async function pause(milliseconds: number, { end, signal }: Limit): Promise<void> {
  requireTime({ end, signal });
  const left = end - Date.now();
  try {
    await sleep(Math.min(milliseconds, Math.max(left, 0)), undefined, { signal });
  } catch (error) {
    throw new Interrupted("interrupted", { cause: error });
  }
  if (milliseconds > left) throw new OutOfTime("out of time");
}

export function requireTime({ end, signal }: Limit): void {
  if (signal.aborted) throw new Interrupted("interrupted");
  if (Date.now() >= end) throw new OutOfTime("out of time");
}
