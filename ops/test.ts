import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf, UserError } from "./errors.ts";
import { local } from "./paths.ts";
import { renderDuration } from "./report/duration.ts";
import { renderTable } from "./report/table.ts";
import { execute } from "./test/execute.ts";
import { prepareTests } from "./test/prepare.ts";
import { addCounts, type Counts, oneFailure, type Suite, type SuiteContext } from "./test/suite.ts";
import { suites } from "./test/suites.ts";
import type { Output, Verb } from "./verb.ts";

interface Outcome extends Counts {
  readonly suite: string;
  readonly milliseconds: number;
}

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
  const context = {
    output,
    results,
    execute: (execution: Parameters<typeof execute>[0]) => execute(execution, output.signal),
  };
  await prepareTests(chosen, context);
  const outcomes: Outcome[] = [];
  for (const suite of chosen) {
    if (output.signal.aborted) break;
    output.stderr.write(`\n— ${suite.name}: ${suite.summary} (${outcomes.length + 1} of ${chosen.length})\n`);
    const started = performance.now();
    const counts = await runSuite(suite, context);
    outcomes.push({ suite: suite.name, ...counts, milliseconds: performance.now() - started });
  }
  return outcomes;
}

/** A suite that cannot be run has failed; the others are run all the same. */
async function runSuite(suite: Suite, context: SuiteContext): Promise<Counts> {
  try {
    return await suite.run(context);
  } catch (error) {
    return oneFailure(messageOf(error));
  }
}
