/**
 * How the goals in seconds hold at the pace of the machine that the official CLI was measured on.
 *
 *     node bench/pace.ts [--node /usr/bin/node] [--runs 3]
 *
 * On that machine (two quiet cores) the program of 3,222 resources, alone against a monitor that answers at once, was
 * measured with Node 20 and 24, with stacks as the SDK, as V8, and as nobody writes them. The same is measured here, in
 * turn with the operations; what they would take there is what they take here by the median of the quotients. `--node` is
 * another Node that is measured as well: the figures of Node 20 need one of that version.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../ops/paths.ts";
import { renderTable } from "../ops/report/table.ts";
import { operationArgs, runPulumi } from "./engine/operation.ts";
import { measureProgramAlone } from "./engine/program-alone.ts";
import { type BenchProject, writeBenchProject } from "./engine/project.ts";

const RESOURCES = 3222;
const STACKS: { readonly [by: string]: string | undefined } = {
  "the SDK": undefined,
  V8: join(root, "bench/engine/stacks-by-v8.cjs"),
  nobody: join(root, "bench/engine/no-stacks.cjs"),
};
/** Seconds there, with the official CLI's SDK, by version of Node and by who writes stacks. */
const REFERENCE: readonly (readonly [node: string, by: string, seconds: number])[] = [
  ["20", "the SDK", 32.8],
  ["20", "V8", 20],
  ["20", "nobody", 13.9],
  ["24", "V8", 16.8],
  ["24", "nobody", 12],
];
const GOALS = { preview: 9, up: 12, "no-op": 9 };

const { values } = parseArgs({
  options: { node: { type: "string", multiple: true, default: [] }, runs: { type: "string", default: "3" } },
});
const nodes = new Map([process.execPath, ...values.node].map((path) => [majorOf(path), path]));
const known = REFERENCE.filter(([major]) => nodes.has(major));
const taken = new Map<string, number[]>();

for (let run = 0; run < Number(values.runs); run += 1) {
  const project = writeBenchProject(RESOURCES);
  try {
    await measureOnce(project);
  } finally {
    project.remove();
  }
}
const quotients = known.map(([node, by, there]) => medianOf(label(node, by)) / there);
const pace = median(quotients);
process.stdout.write(
  `${renderTable([["NODE", "STACKS BY", "THERE S", "HERE S", "HERE / THERE"], ...programRows()])}\n\n`,
);
process.stdout.write(
  `${renderTable([["OPERATION", "HERE S", "AT THE PACE THERE S", "GOAL S"], ...operationRows()])}\n`,
);

async function measureOnce(project: BenchProject): Promise<void> {
  for (const [major, by] of known) {
    const node = nodes.get(major) ?? process.execPath;
    const file = STACKS[by];
    const start = { bare: true, node, ...(file === undefined ? {} : { require: file }) };
    note(label(major, by), (await measureProgramAlone(project, start)).milliseconds);
  }
  await runPulumi(project, ["stack", "init", "dev"]);
  for (const operation of Object.keys(GOALS)) {
    note(operation, (await runPulumi(project, operationArgs(operation))).milliseconds);
  }
}

function programRows(): string[][] {
  return known.map(([node, by, there], row) => {
    const here = medianOf(label(node, by));
    return [node, by, there.toFixed(1), here.toFixed(2), (quotients[row] ?? Number.NaN).toFixed(2)];
  });
}

function operationRows(): string[][] {
  return Object.entries(GOALS).map(([operation, goal]) => {
    const here = medianOf(operation);
    return [operation, here.toFixed(2), (here / pace).toFixed(2), String(goal)];
  });
}

function note(what: string, milliseconds: number): void {
  const seconds = milliseconds / 1000;
  process.stderr.write(`${what} ${seconds.toFixed(2)}\n`);
  taken.set(what, [...(taken.get(what) ?? []), seconds]);
}

function label(node: string, by: string): string {
  return `node ${node}, stacks by ${by}:`;
}

function medianOf(what: string): number {
  return median(taken.get(what) ?? []);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN;
}

function majorOf(node: string): string {
  return execFileSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" }).trim();
}
