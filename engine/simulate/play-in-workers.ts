import { on } from "node:events";
import { Worker } from "node:worker_threads";
import type { Played } from "./play-run.ts";

/** What a worker plays: of batches of runs, one in so many. */
export interface Share {
  readonly seed: number;
  readonly first: number;
  readonly runs: number;
  readonly steps: number;
  readonly worker: number;
  readonly workers: number;
}

/** Runs that a worker tells of at once. */
export const BATCH = 50;

/** Plays runs in several threads; gives what came of them in the order of the runs. */
export async function* playInWorkers(all: Omit<Share, "worker">): AsyncGenerator<Played> {
  const { seed, first, runs, steps, workers } = all;
  const threads = Array.from({ length: workers }, (_, worker) => {
    const share: Share = { seed, first, runs, steps, worker, workers };
    return new Worker(new URL("./worker.ts", import.meta.url), { workerData: share });
  });
  try {
    const told = threads.map((thread) => on(thread, "message", { close: ["exit"] }));
    for (let batch = 0; batch * BATCH < runs; batch++) {
      const next = await told[batch % workers]?.next();
      if (next?.done !== false) throw new Error(`a worker ended before it had played batch ${batch}`);
      const [played] = next.value as [readonly Played[]];
      yield* played;
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
