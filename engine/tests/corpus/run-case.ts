import { judge } from "./allowed-differences.ts";
import { CaseWorkspace } from "./case-workspace.ts";
import type { Case } from "./cases.ts";
import { compareCase } from "./compare.ts";
import type { Difference } from "./differences.ts";
import { waitingCases } from "./features.ts";
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
  readonly steps: readonly StepResult[];
}

/** Runs all steps of a case, then compares them with the recording. */
export async function runCase(item: Case, options: { readonly keep: boolean }): Promise<CaseResult> {
  const started = Date.now();
  const number = item.name.slice(0, 2);
  const workspace = new CaseWorkspace(item);
  try {
    const stacks = item.stacks ?? ["dev"];
    const env = workspace.environment();
    for (const stack of stacks) await workspace.run(["stack", "init", stack, "--non-interactive"], { env });
    const expected = item.steps.map((_, index) => readRecording(item, index + 1));
    const actual: Observation[] = [];
    for (const [index, recorded] of item.steps.entries()) {
      const before = renumber(recorded.before ?? [], {
        expected: expected[index - 1],
        actual: actual.at(-1),
      });
      const step = { ...recorded, before };
      actual.push(await runStep(item, { step, number: index + 1 }, workspace));
    }
    const waits = waitingCases[number];
    const turns = new Turns();
    const steps = compareCase(item, expected, actual).map((differences, index) => {
      const [e, a] = [expected[index], actual[index]];
      const settled = e === undefined || a === undefined ? differences : turns.settle(e, a, differences);
      const { counting } = judge(number, settled);
      return stepResult(item, index, { differences: counting, waits: waits !== undefined });
    });
    return { name: item.name, reason: waits, seconds: (Date.now() - started) / 1000, steps };
  } finally {
    if (!options.keep) workspace.remove();
  }
}

/** The result of a case that cannot run here. */
export function skippedCase(item: Case, reason: string): CaseResult {
  const steps = item.steps.map((_, index) => ({
    ...stepResult(item, index, { differences: [], waits: false }),
    status: "skipped" as const,
  }));
  return { name: item.name, reason, seconds: 0, steps };
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
