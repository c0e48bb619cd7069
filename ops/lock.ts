import type { OpenStack } from "./stack.ts";
import type { Output } from "./verb.ts";

/** What the embedded engine adds where the holder of a lock ran on this machine and is gone. */
const HOLDER_IS_GONE = "has ended without releasing it";

/**
 * Runs work that takes the stack's lock. A lock left by a process of this machine that is gone (power cut, `kill -9`)
 * is removed with a notice and the work is done once more; any other lock is an error.
 */
export async function takeOverDeadLock<T>(
  opened: OpenStack,
  output: Output,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes(HOLDER_IS_GONE)) throw error;
    output.stderr.write("the stack was locked by a process that is gone: its lock is removed\n");
    await opened.stack.cancel();
    return work();
  }
}
