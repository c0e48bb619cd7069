import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Case, readCases } from "./cases.ts";
import { ensureDockerImage } from "./docker-image.ts";
import { countSteps, isConformant, renderCase, renderTotals } from "./render-results.ts";
import { type CaseResult, runCase, skippedCase } from "./run-case.ts";

const help = `Runs recorded cases of the official CLI through engine/bin/pulumi and compares.

  npm run conformance -- [DIR] [--case NN]... [--json] [--jobs N] [--keep]

  DIR        a folder of cases; default: the project's own (engine/tests/corpus/cases)
  --case NN  only this case (number or full name); repeatable
  --json     one JSON object with every difference
  --report F write the counts of steps to a file, as JSON
  --jobs N   cases at once; default 2
  --handover start each step from the state and settings that the official CLI left after the one before
  --in-process  run the commands in this process where they are not killed: less to compute
  --keep     leave the cases' temporary folders
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    case: { type: "string", multiple: true, default: [] },
    json: { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
    report: { type: "string" },
    handover: { type: "boolean", default: false },
    "in-process": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Docker cases use fixed names on one daemon, so they run one after the other. */
function usesDocker(item: Case): boolean {
  return item.what.startsWith("docker:");
}

/** Why the states of a case cannot be taken over; undefined where they can. */
function whyNotHandedOver(item: Case): string | undefined {
  if (usesDocker(item)) return "the containers that its states name are not here";
  if (item.name.startsWith("70-")) return "the rendered files that its states name are not here";
  return undefined;
}

/** With --handover, what cannot be taken over is named and left out. */
function chooseCases(all: readonly Case[]): readonly Case[] {
  if (!values.handover) return all;
  return all.filter((item) => {
    const reason = whyNotHandedOver(item);
    if (reason !== undefined && !values.json) process.stdout.write(`${item.name} · left out: ${reason}\n`);
    return reason === undefined;
  });
}

async function runAll(cases: readonly Case[], onResult: (result: CaseResult) => void): Promise<CaseResult[]> {
  const dockerProblem = cases.some(usesDocker) ? ensureDockerImage() : undefined;
  const waiting = [...cases];
  const results: CaseResult[] = [];
  let dockerBusy = false;
  const worker = async () => {
    for (;;) {
      const index = waiting.findIndex((item) => !(dockerBusy && usesDocker(item)));
      const [item] = index < 0 ? [] : waiting.splice(index, 1);
      if (item === undefined) return;
      if (usesDocker(item)) dockerBusy = true;
      const skipped = usesDocker(item) ? dockerProblem : undefined;
      const result = skipped
        ? skippedCase(item, skipped)
        : await runCase(item, {
            keep: values.keep,
            handover: values.handover,
            inProcess: values["in-process"],
          });
      if (usesDocker(item)) dockerBusy = false;
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, worker));
  return results.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const folder = positionals[0] ?? join(import.meta.dirname, "cases");
  if (!existsSync(folder)) {
    process.stderr.write(`there is no folder ${folder}; one case is chosen with --case NN\n`);
    return 2;
  }
  const all = readCases(folder, values.case);
  const cases = chooseCases(all);
  const results = await runAll(cases, (result) => {
    if (!values.json) process.stdout.write(renderCase(result));
  });
  process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : renderTotals(results));
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(countSteps(results)));
  return isConformant(results) && cases.length > 0 ? 0 : 1;
}

process.exitCode = await main();
