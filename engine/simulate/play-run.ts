import { generateScenario } from "./generate-scenario.ts";
import { type Luck, type Outcome, play } from "./play.ts";
import type { Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";

/** A run that broke an invariant, as small as it could be made. */
export interface Found {
  readonly run: number;
  readonly invariant: string;
  readonly message: string;
  readonly scenario: Scenario;
  readonly tail: readonly string[];
}

/** What came of one run. */
export interface Played {
  readonly hash: string;
  readonly operations: number;
  readonly found: Found | undefined;
}

/** Plays one run, and makes it small where it fails. */
export async function playRun(luck: Luck, steps: number): Promise<Played> {
  const scenario = generateScenario(luck.seed, luck.run, steps);
  const { hash, operations, violation } = await withoutStacks(() => play(scenario, luck));
  return { hash, operations, found: violation && (await smallest(scenario, luck)) };
}

/** Many errors are made that nobody sees, and their stacks cost more than they do. A run that fails is played again. */
async function withoutStacks(playing: () => Promise<Outcome>): Promise<Outcome> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await playing();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function smallest(scenario: Scenario, luck: Luck): Promise<Found> {
  let last = await play(scenario, luck);
  const invariant = last.violation?.invariant ?? "engine-error";
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
