/** Plays its share of the runs in a thread of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { BATCH, type Share } from "./play-in-workers.ts";
import { type Played, playRun } from "./play-run.ts";

const { seed, first, runs, steps, worker, workers } = workerData as Share;

for (let start = worker * BATCH; start < runs; start += workers * BATCH) {
  const played: Played[] = [];
  const end = Math.min(start + BATCH, runs);
  for (let index = start; index < end; index++) {
    played.push(await playRun({ seed, run: first + index }, steps));
  }
  parentPort?.postMessage(played);
}
