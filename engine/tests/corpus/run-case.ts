import { judge } from "./allowed-differences.ts";
import { CaseWorkspace } from "./case-workspace.ts";
import type { Case } from "./cases.ts";
import { compareCase } from "./compare.ts";
import type { Difference } from "./differences.ts";
import { waitingCases } from "./features.ts";
import { createHandOver } from "./handover.ts";
import { type Observation, readRecording } from "./observation.ts";
import { renumber } from "./renumber.ts";
import { runStep } from "./run-step.ts";
import { Turns } from "./turns.ts";

export interface StepResult {
  readonly step: number;
  readonly command: string;
  readonly status: "pass" | "differs" | "waits" | "skipped";
  readonly differences: readonly Difference[];
}

export interface CaseResult {
  readonly name: string;
  /** The feature that the case waits for, or why it was skipped. */
  readonly reason: string | undefined;
  readonly seconds: number;
  /** How many steps began with a state of the official CLI. */
  readonly handedOver: number;
  readonly steps: readonly StepResult[];
}

export interface CaseOptions {
  readonly keep: boolean;
  /** True: each step starts from the state that the official CLI left after the one before. */
  readonly handover: boolean;
  /** True: commands run in this process, where they are not killed. */
  readonly inProcess: boolean;
}

/** Runs all steps of a case, then compares them with the recording. */
export async function runCase(item: Case, options: CaseOptions): Promise<CaseResult> {
  const started = Date.now();
  const number = item.name.slice(0, 2);
  const workspace = new CaseWorkspace(item);
  try {
    const stacks = item.stacks ?? ["dev"];
    const env = workspace.environment();
    for (const stack of stacks) await workspace.run(["stack", "init", stack, "--non-interactive"], { env });
    const expected = item.steps.map((_, index) => readRecording(item, index + 1));
    const actual: Observation[] = [];
    const handOver = options.handover ? createHandOver(item, workspace) : undefined;
    const layouts: (readonly Difference[])[] = [];
    let handedOver = 0;
    for (const [index, recorded] of item.steps.entries()) {
      const isOfficial = handOver?.begin(index + 1, expected[index - 1]) ?? false;
      if (isOfficial) handedOver++;
      const earlier = { expected: expected[index - 1], actual: actual.at(-1) };
      const before = isOfficial ? (recorded.before ?? []) : renumber(recorded.before ?? [], earlier);
      const step = { ...recorded, before };
      actual.push(await runStep(item, { step, number: index + 1, workspace, inProcess: options.inProcess }));
      // A killed run leaves what it did last in its journal.
      layouts.push(step.killWhen === undefined ? (handOver?.end(index + 1) ?? []) : []);
    }
    const waits = waitingCases[number];
    const turns = new Turns();
    const found = options.handover
      ? compareEach(item, expected, actual)
      : compareCase(item, expected, actual);
    const steps = found.map((compared, index) => {
      const differences = [...compared, ...(layouts[index] ?? [])];
      const [e, a] = [expected[index], actual[index]];
      const settled = e === undefined || a === undefined ? differences : turns.settle(e, a, differences);
      const { counting } = judge(number, settled);
      return stepResult(item, index, { differences: counting, waits: waits !== undefined });
    });
    const seconds = (Date.now() - started) / 1000;
    return { name: item.name, reason: waits, seconds, handedOver, steps };
  } finally {
    if (!options.keep) workspace.remove();
  }
}

/** Compares steps that did not follow on each other: each began with what is recorded of the one before. */
function compareEach(
  item: Case,
  expected: readonly Observation[],
  actual: readonly Observation[],
): Difference[][] {
  return item.steps.map((step, index) => {
    const before = expected.slice(Math.max(0, index - 1), index);
    const steps = [...item.steps.slice(Math.max(0, index - 1), index), step];
    const [e, a] = [expected, actual].map((all) => [...before, ...all.slice(index, index + 1)]);
    return compareCase({ ...item, steps }, e ?? [], a ?? []).at(-1) ?? [];
  });
}

/** The result of a case that cannot run here. */
export function skippedCase(item: Case, reason: string): CaseResult {
  const steps = item.steps.map((_, index) => ({
    ...stepResult(item, index, { differences: [], waits: false }),
    status: "skipped" as const,
  }));
  return { name: item.name, reason, seconds: 0, handedOver: 0, steps };
}

function stepResult(
  item: Case,
  index: number,
  found: { readonly differences: readonly Difference[]; readonly waits: boolean },
): StepResult {
  const step = item.steps[index];
  const differs = found.waits ? "waits" : "differs";
  return {
    step: index + 1,
    command: [step?.command, ...(step?.args ?? [])].join(" "),
    status: found.differences.length === 0 ? "pass" : differs,
    differences: found.differences,
  };
}
