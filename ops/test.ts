import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "./errors.ts";
import { local } from "./paths.ts";
import { renderDuration } from "./report/duration.ts";
import { renderTable } from "./report/table.ts";
import { execute } from "./test/execute.ts";
import { prepareTests } from "./test/prepare.ts";
import { ensurePython } from "./test/python.ts";
import { type Outcome, runLanes } from "./test/run-lanes.ts";
import { addCounts, type Execution, type Suite } from "./test/suite.ts";
import { suites } from "./test/suites.ts";
import type { Output, Verb } from "./verb.ts";

export const testVerb: Verb = {
  name: "test",
  usage: "[SUITE…]",
  summary: "every test, or the suites named",
  flags: {
    list: { type: "boolean", default: false, summary: "name the suites" },
    json: { type: "boolean", default: false, summary: "machine-readable result" },
  },
  examples: ["./infra test", "./infra test checks unit", "./infra test --list"],
  async run(args, output) {
    if (args.flags["list"] === true) {
      const rows = suites.map(({ name, long, summary }) => [name, long ? "long" : "short", summary]);
      output.stdout.write(`${renderTable([["SUITE", "TAKES", "WHAT"], ...rows])}\n`);
      return 0;
    }
    const outcomes = await runSuites(chooseSuites(args.positionals), output);
    const total = addCounts(outcomes);
    const rows = outcomes.map(({ suite, passed, failed, milliseconds }) => [
      suite,
      String(passed),
      String(failed),
      renderDuration(milliseconds),
    ]);
    output.stdout.write(`\n${renderTable([["SUITE", "PASSED", "FAILED", "TIME"], ...rows])}\n`);
    for (const { suite, failures } of outcomes) {
      for (const failure of failures) output.stdout.write(`✗ ${suite}: ${failure}\n`);
    }
    if (args.flags["json"] === true) output.stdout.write(`${JSON.stringify({ outcomes, ...total })}\n`);
    output.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
    return total.failed === 0 ? 0 : 1;
  },
};

function chooseSuites(names: readonly string[]): readonly Suite[] {
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    throw new UserError("usage", `there is no suite called ${unknown.join(", ")}`, {
      help: "./infra test --list",
    });
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name));
}

async function runSuites(chosen: readonly Suite[], output: Output): Promise<Outcome[]> {
  const results = join(local, "test");
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const preparation = { output, execute: (execution: Execution) => execute(execution, { output }) };
  await prepareTests(chosen, preparation);
  let python: ReturnType<typeof ensurePython> | undefined;
  return runLanes(chosen, {
    output,
    results,
    python: () => {
      python ??= ensurePython(preparation);
      return python;
    },
  });
}
