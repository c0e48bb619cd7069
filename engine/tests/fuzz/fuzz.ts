import { parseArgs } from "node:util";
import { targets } from "./fuzz-targets.ts";

const help = `Reads mutants of real files, and invented ones, and checks that each is read or refused, in time.

  npm run fuzz -- [--runs N] [--seed S] [--target TEXT]

  --runs N       inputs for each target; default 5000
  --seed S       default: the time
  --target TEXT  only targets whose names have this in them
`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    target: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<number> {
  const chosen = targets.filter(({ name }) => name.includes(values.target));
  const [numRuns, seed] = [Number(values.runs), Number(values.seed)];
  if (values.help || chosen.length === 0 || !(numRuns > 0) || Number.isNaN(seed)) {
    process.stdout.write(help);
    return values.help ? 0 : 2;
  }
  let failures = 0;
  for (const target of chosen) {
    const started = performance.now();
    try {
      await target.run({ numRuns, seed });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${target.name} · ${numRuns} inputs · pass (${seconds} s)\n`);
    } catch (error) {
      failures++;
      const told = error instanceof Error ? `${error.message}\n${String(error.cause ?? "")}` : String(error);
      process.stdout.write(`${target.name} · FAILS with seed ${seed}\n${told}\n`);
    }
  }
  process.stdout.write(`\n${chosen.length - failures} passed, ${failures} failed\n`);
  return failures === 0 ? 0 : 1;
}

process.exitCode = await main();
