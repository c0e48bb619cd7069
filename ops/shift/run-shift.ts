import { type GateName, type GateVerdict, judgeGates, type Thresholds } from "./gates.ts";
import type { ShiftProgress } from "./progress.ts";
import { type Readings, windowBetween } from "./readings.ts";

/** What a shift does to the world. */
export interface ShiftWorld {
  /** Brings the stack to a weight by an update; done again, it does nothing. */
  apply(weight: number, from: number): Promise<void>;
  read(): Promise<Readings>;
  /** Lets traffic pass, and sends some where that was asked for. */
  hold(): Promise<void>;
  save(progress: ShiftProgress): void;
  say(line: string): void;
}

export interface ShiftRules {
  readonly gates: readonly GateName[];
  readonly thresholds: Thresholds;
}

/** How it ended: at its goal, or back at the last good weight. */
export interface ShiftResult {
  readonly outcome: "done" | "returned";
  readonly weight: number;
  readonly reason?: string;
  readonly steps: ShiftProgress["steps"];
}

/** Takes a shift from where it stands to its end. Everything is written down before it is done. */
export async function runShift(
  start: ShiftProgress,
  rules: ShiftRules,
  world: ShiftWorld,
): Promise<ShiftResult> {
  let progress = start;
  const enter = (change: Partial<ShiftProgress>) => {
    progress = { ...progress, ...change };
    world.save(progress);
  };
  for (;;) {
    const [weight] = progress.remaining;
    if (progress.phase === "returning") return goBack(progress, world);
    if (weight === undefined) return { outcome: "done", weight: progress.to, steps: progress.steps };
    enter({ phase: "applying" });
    await world.apply(weight, progress.lastGood);
    enter({ phase: "holding" });
    const gates = await judgeWeight(weight, { progress, rules, world });
    const steps = [...progress.steps, { weight, gates }];
    const failed = gates.filter(({ passed }) => !passed);
    if (failed.length > 0) {
      const reason = failed.map(({ gate, reason: why }) => `${gate}: ${why}`).join("; ");
      enter({ phase: "returning", reason, steps });
    } else enter({ phase: "applying", lastGood: weight, remaining: progress.remaining.slice(1), steps });
  }
}

/** Less Python needs no proof that Python does well. */
async function judgeWeight(
  weight: number,
  context: { readonly progress: ShiftProgress; readonly rules: ShiftRules; readonly world: ShiftWorld },
): Promise<GateVerdict[]> {
  const { progress, rules, world } = context;
  world.say(`Python answers ${weight} %`);
  if (progress.to < progress.from || rules.gates.length === 0) return [];
  const before = await world.read();
  await world.hold();
  const verdicts = judgeGates(rules.gates, windowBetween(before, await world.read()), rules.thresholds);
  for (const { gate, passed, reason } of verdicts) world.say(`  ${passed ? "✓" : "✗"} ${gate}: ${reason}`);
  return verdicts;
}

async function goBack(progress: ShiftProgress, world: ShiftWorld): Promise<ShiftResult> {
  const weight = progress.lastGood;
  world.say(`going back to ${weight} %`);
  await world.apply(weight, progress.remaining[0] ?? weight);
  return {
    outcome: "returned",
    weight,
    ...(progress.reason !== undefined && { reason: progress.reason }),
    steps: progress.steps,
  };
}
