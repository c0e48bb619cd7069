import { totalmem } from "node:os";

/** Nearly all that a program makes it keeps to its end: V8 collects nothing before there is this much of it. */
const LATE_COLLECTION = "--initial-heap-size=256";
/** With less, V8 would not let a heap grow that far, and the flag would let it (a quarter of what the machine has). */
const NEEDED_MEMORY = 2 ** 31;
const SIZE_FLAG = /--[\w-]*(heap|space)[-_]size/;

/** How V8 is told to run a program: not at all where a person tells it the size of something, or memory is short. */
export function heapFlags(
  nodeArgs: readonly string[],
  nodeOptions: string | undefined,
  memory = availableMemory(),
): readonly string[] {
  const isOwn = [...nodeArgs, nodeOptions ?? ""].some((text) => SIZE_FLAG.test(text));
  return isOwn || memory < NEEDED_MEMORY ? [] : [LATE_COLLECTION];
}

/** Bytes that this process may use, going by the machine and by its container. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
