import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { BATCH } from "./play-in-workers.ts";
import { renderFound, renderSummary } from "./render-summary.ts";
import { simulate } from "./simulate.ts";

const help = `Plays random programs through random operations, with everything that can go wrong, and checks what must hold.

  npm run simulate -- [--runs N] [--seed S] [--steps K] [--workers W] [--json]
  npm run simulate -- --seed S --run I     one run again

  --runs N    how many runs; default 1000
  --seed S    where the randomness comes from; default 1
  --run I     only this run
  --steps K   operations of a run, at most, before it is brought to an end; default 4
  --most N    end after so many failing runs; default 5
  --workers W threads that share the runs, with the same result; default one for each core
  --json      the summary as one JSON object
  --report F  write the counts of runs to a file, as JSON
`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    run: { type: "string" },
    steps: { type: "string", default: "4" },
    most: { type: "string", default: "5" },
    workers: { type: "string", default: String(availableParallelism()) },
    json: { type: "boolean", default: false },
    report: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [seed, steps, most] = [Number(values.seed), Number(values.steps), Number(values.most)];
  const range =
    values.run === undefined
      ? { first: 0, runs: Number(values.runs) }
      : { first: Number(values.run), runs: 1 };
  const workers = Math.min(Number(values.workers), Math.ceil(range.runs / BATCH));
  const threads = workers > 1 ? { workers } : {};
  const started = performance.now();
  const summary = await simulate({ seed, steps, most, ...range, ...threads }, (found) => {
    if (!values.json) process.stdout.write(`${renderFound(found, { seed, steps })}\n`);
  });
  const { user, system } = process.cpuUsage();
  const cost = { wallSeconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...summary, ...cost }, null, 2)}\n` : renderSummary(summary, cost),
  );
  const { played, found } = summary;
  const counts = { passed: played - found.length, failed: found.length };
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(counts));
  return found.length === 0 && played > 0 ? 0 : 1;
}

process.exitCode = await main();
