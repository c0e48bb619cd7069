import { messageOf } from "../errors.ts";
import { renderDuration } from "../report/duration.ts";
import { execute } from "./execute.ts";
import { Stage } from "./stage.ts";
import { type Counts, type Lane, lanes, oneFailure, type Suite, type SuiteContext } from "./suite.ts";

export interface Outcome extends Counts {
  readonly suite: string;
  readonly milliseconds: number;
}

/**
 * What computes gives way to what waits: of the two lanes that one is longer, and what it waits for has deadlines.
 * Added to the niceness of a process.
 */
const NICENESS: { readonly [lane in Lane]: number } = { compute: 5, environment: 0 };

/**
 * Runs the suites of both lanes side by side. Where one has come to its end, it helps with what is left to compute:
 * an environment is there once, and suites that need one keep to their lane. Gives the outcomes in the suites' order.
 */
export async function runLanes(
  chosen: readonly Suite[],
  context: Pick<SuiteContext, "output" | "results" | "python">,
): Promise<Outcome[]> {
  const { output } = context;
  const stage = new Stage(output);
  const ran = new Map<Suite, Outcome>();
  const queues = { compute: queueOf(chosen, "compute"), environment: queueOf(chosen, "environment") };
  await Promise.all(
    lanes.map(async (lane) => {
      if (queues[lane].length === 0) return;
      for (;;) {
        const suite = queues[lane].shift() ?? queues.compute.shift();
        if (suite === undefined || output.signal.aborted) return;
        const place = `${chosen.indexOf(suite) + 1} of ${chosen.length}`;
        const part = stage.begin();
        part.output.stderr.write(`\n— ${suite.name}: ${suite.summary} (${place})\n`);
        part.announce(`${suite.name} runs beside this; what it prints comes afterwards`);
        const outcome = await runSuite(suite, { ...context, output: part.output });
        ran.set(suite, outcome);
        part.announce(renderOutcome(outcome));
        part.end();
      }
    }),
  );
  return chosen.flatMap((suite) => ran.get(suite) ?? []);
}

function queueOf(chosen: readonly Suite[], lane: Lane): Suite[] {
  return chosen.filter((suite) => suite.lane === lane);
}

/** A suite that cannot be run has failed; the others are run all the same. */
async function runSuite(
  suite: Suite,
  context: Pick<SuiteContext, "output" | "results" | "python">,
): Promise<Outcome> {
  const started = performance.now();
  const run: SuiteContext["execute"] = (execution) =>
    execute(execution, { output: context.output, niceness: NICENESS[suite.lane] });
  const counts = await suite
    .run({ ...context, execute: run })
    .catch((error: unknown) => oneFailure(messageOf(error)));
  return { suite: suite.name, ...counts, milliseconds: performance.now() - started };
}

function renderOutcome({ suite, passed, failed, milliseconds }: Outcome): string {
  return `${suite}: ${passed} passed, ${failed} failed (${renderDuration(milliseconds)})`;
}
