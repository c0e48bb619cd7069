import type { Luck } from "./play.ts";
import { playInWorkers } from "./play-in-workers.ts";
import { type Found, type Played, playRun } from "./play-run.ts";

/** What to simulate. */
export interface Simulation {
  readonly seed: number;
  readonly first: number;
  readonly runs: number;
  /** Operations of a run before it is brought to an end. */
  readonly steps: number;
  /** Ends after so many failing runs. */
  readonly most: number;
  /** Threads that share the runs; what comes of them is the same. @default none: they are played in this one */
  readonly workers?: number;
  /** In this thread only. @default sound ones */
  readonly createWorld?: Luck["createWorld"];
}

export interface Summary extends Omit<Simulation, "workers" | "createWorld"> {
  /** Runs that were played; fewer than asked for where too many failed. */
  readonly played: number;
  readonly operations: number;
  readonly found: readonly Found[];
  /** Over all runs: equal for equal seeds. */
  readonly hash: string;
}

/** Plays runs, and shrinks those that fail. */
export async function simulate(
  simulation: Simulation,
  onFound: (found: Found) => void = () => undefined,
): Promise<Summary> {
  const { seed, first, runs, steps, most, workers } = simulation;
  const found: Found[] = [];
  let operations = 0;
  let played = 0;
  let hash = 0;
  const all = workers === undefined ? playHere(simulation) : playInWorkers({ ...simulation, workers });
  for await (const run of all) {
    played += 1;
    operations += run.operations;
    hash = Math.imul(hash ^ Number.parseInt(run.hash.slice(0, 8), 16), 0x01000193) >>> 0;
    if (run.found === undefined) continue;
    found.push(run.found);
    onFound(run.found);
    if (found.length >= most) break;
  }
  return {
    ...{ seed, first, runs, steps, most },
    played,
    operations,
    found,
    hash: hash.toString(16).padStart(8, "0"),
  };
}

async function* playHere({ seed, first, runs, steps, createWorld }: Simulation): AsyncGenerator<Played> {
  for (let run = first; run < first + runs; run++) {
    yield await playRun({ seed, run, ...(createWorld && { createWorld }) }, steps);
  }
}
