import type { CaseResult, StepResult } from "./run-case.ts";

const shownDifferences = 8;

function countBy(results: readonly CaseResult[], status: StepResult["status"]): number {
  return results.flatMap(({ steps }) => steps).filter((step) => step.status === status).length;
}

/** One case as lines `case · step · pass | differs in …`, with the first differences below. */
export function renderCase(result: CaseResult): string {
  const lines = result.steps.flatMap((step) => {
    const aspects = [...new Set(step.differences.map(({ aspect }) => aspect))].join(", ");
    const verdicts = {
      pass: "pass",
      differs: `differs in ${aspects}`,
      waits: `waits for ${result.reason}`,
      skipped: `skipped: ${result.reason}`,
    };
    const line = `${result.name} · ${step.step} ${step.command} · ${verdicts[step.status]}`;
    if (step.status !== "differs") return [line];
    const told = step.differences.slice(0, shownDifferences).map((d) => `      ${d.aspect}: ${d.text}`);
    const more = step.differences.length - told.length;
    return [line, ...told, ...(more > 0 ? [`      … and ${more} more`] : [])];
  });
  return `${lines.join("\n")}\n`;
}

/** The closing lines: how many cases and steps passed. */
export function renderTotals(results: readonly CaseResult[]): string {
  const isDone = (result: CaseResult) => result.steps.every(({ status }) => status === "pass");
  const passed = results.filter(isDone).length;
  const steps = (["pass", "differs", "waits", "skipped"] as const).map(
    (status) => `${countBy(results, status)} ${status}`,
  );
  const handedOver = results.reduce((sum, result) => sum + result.handedOver, 0);
  const begun = handedOver === 0 ? "" : `; ${handedOver} steps began with a state of the official CLI`;
  return `\n${passed} of ${results.length} cases pass; steps: ${steps.join(", ")}${begun}\n`;
}

/** Counts of steps. A step that could not be run counts as failed: what was not seen to hold does not hold. */
export function countSteps(results: readonly CaseResult[]): {
  passed: number;
  failed: number;
  waiting: number;
} {
  return {
    passed: countBy(results, "pass"),
    failed: countBy(results, "differs") + countBy(results, "skipped"),
    waiting: countBy(results, "waits"),
  };
}

/** True where no case differs that does not wait for a feature. */
export function isConformant(results: readonly CaseResult[]): boolean {
  return countBy(results, "differs") === 0;
}
