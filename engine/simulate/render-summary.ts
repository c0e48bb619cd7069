import type { Found } from "./play-run.ts";
import { renderScenario } from "./render-scenario.ts";
import type { Summary } from "./simulate.ts";

/** A failing run: what was broken, the smallest program that breaks it, the end of its trace, and how to play it again. */
export function renderFound(
  found: Found,
  simulation: { readonly seed: number; readonly steps: number },
): string {
  const { run, invariant, message, scenario, tail } = found;
  return [
    `run ${run} breaks "${invariant}": ${message}`,
    "",
    renderScenario(scenario),
    "the end of its trace:",
    ...tail.slice(0).map((line) => `  ${line}`),
    "",
    `again: npm run simulate -- --seed ${simulation.seed} --run ${run} --steps ${simulation.steps}`,
    "",
  ].join("\n");
}

export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** The closing lines: seeds, failures and the rate. */
export function renderSummary(summary: Summary, { wallSeconds, cpuSeconds }: Cost): string {
  const { seed, first, played, operations, found, hash } = summary;
  const rates = [played / wallSeconds, played / cpuSeconds].map(Math.round);
  return [
    `seed ${seed}, runs ${first} to ${first + played - 1}: ${played - found.length} hold, ${found.length} fail`,
    `${operations} operations; trace ${hash}; ${wallSeconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of a core: ${rates.join(" runs a second, ")} a second and core`,
    "",
  ].join("\n");
}
