import { randomFillSync, randomUUID } from "node:crypto";
import type { OperationContext } from "./operation.ts";

const POOL_BYTES = 4096;

/** The system's random. Each resource wants a few bytes, so that they are drawn in larger pieces: a call costs far more than a byte. */
export function createSystemRandom(): OperationContext["random"] {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(count) {
      if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count));
      if (used + count > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const drawn = pool.slice(used, used + count);
      used += count;
      return drawn;
    },
    uuid: () => randomUUID(),
  };
}
