import { generateScenario } from "./generate-scenario.ts";
import { type Luck, type Outcome, play } from "./play.ts";
import type { Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";

/** What to simulate. */
export interface Simulation {
  readonly seed: number;
  readonly first: number;
  readonly runs: number;
  /** Operations of a run before it is brought to an end. */
  readonly steps: number;
  /** Ends after so many failing runs. */
  readonly most: number;
  /** @default sound ones */
  readonly createWorld?: Luck["createWorld"];
}

/** A run that broke an invariant, as small as it could be made. */
export interface Found {
  readonly run: number;
  readonly invariant: string;
  readonly message: string;
  readonly scenario: Scenario;
  readonly tail: readonly string[];
}

export interface Summary extends Omit<Simulation, "createWorld"> {
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
  const { seed, first, runs, steps, most, createWorld } = simulation;
  const found: Found[] = [];
  let operations = 0;
  let played = 0;
  let hash = 0;
  for (let run = first; run < first + runs && found.length < most; run++) {
    const scenario = generateScenario(seed, run, steps);
    const luck: Luck = { seed, run, ...(createWorld && { createWorld }) };
    const outcome = await play(scenario, luck);
    played += 1;
    operations += outcome.operations;
    hash = Math.imul(hash ^ Number.parseInt(outcome.hash.slice(0, 8), 16), 0x01000193) >>> 0;
    if (outcome.violation === undefined) continue;
    const failure = await smallest(scenario, outcome, luck);
    found.push(failure);
    onFound(failure);
  }
  return {
    ...{ seed, first, runs, steps, most },
    played,
    operations,
    found,
    hash: hash.toString(16).padStart(8, "0"),
  };
}

async function smallest(scenario: Scenario, outcome: Outcome, luck: Luck): Promise<Found> {
  const invariant = outcome.violation?.invariant ?? "engine-error";
  let last = outcome;
  const small = await shrink(scenario, async (candidate) => {
    const again = await play(candidate, luck);
    if (again.violation?.invariant !== invariant) return false;
    last = again;
    return true;
  });
  return {
    run: luck.run,
    invariant,
    message: last.violation?.message ?? "",
    scenario: small,
    tail: last.tail,
  };
}
