/**
 * Operations of the engine on programs of several sizes: how long they take, and which process uses what.
 *
 *     node bench/engine.ts [--resources 3,300,1300] [--all] [--by plugin,in-process]
 *         [--operations preview,up,no-op,refresh,destroy] [--runs 1]
 *
 * `--all` takes 3, 300, 1,300, 3,222 and 10,000 resources. Programs are chains of ten dependent resources, run by Node
 * from a folder of their own; the provider is a process of its own (`plugin`) or functions in the engine's process.
 * The path of another `pulumi` beside these compares it in the same run: the provider is a process then, too.
 * CPU times are those of whole processes, threads and garbage collection included; memory is the engine's peak.
 * With --runs the fastest run counts: other work on the machine only ever adds.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../ops/paths.ts";
import { renderTable } from "../ops/report/table.ts";
import { type Measured, measure } from "./engine/measure.ts";
import { operationArgs, runPulumi } from "./engine/operation.ts";
import { measureProgramAlone } from "./engine/program-alone.ts";
import { type BenchProject, writeBenchProject } from "./engine/project.ts";

const { values } = parseArgs({
  options: {
    resources: { type: "string", default: "3,300,1300" },
    all: { type: "boolean", default: false },
    by: { type: "string", default: "plugin,in-process" },
    operations: { type: "string", default: "preview,up,no-op,refresh,destroy" },
    runs: { type: "string", default: "1" },
  },
});
const sizes = (values.all ? "3,300,1300,3222,10000" : values.resources).split(",").map(Number);
const operations = values.operations.split(",");
const inProcess = join(root, "bench/engine/in-process.ts");

const rows = [
  ["RESOURCES", "BY", "OPERATION", "TOTAL S", "PROGRAM CPU S", "ENGINE CPU S", "PROVIDER CPU S"].concat([
    "ENGINE MB",
    "WRITTEN MB",
  ]),
];
await benchStart();
for (const size of sizes) await benchSize(size);
process.stdout.write(`${renderTable(rows)}\n`);

async function benchStart(): Promise<void> {
  const project = writeBenchProject(3);
  try {
    addRow(["-", "-", "version"], await fastest(() => runPulumi(project, ["version"])));
  } finally {
    project.remove();
  }
}

async function benchSize(size: number): Promise<void> {
  const alone = writeBenchProject(size);
  try {
    const label = [String(size), "instant monitor"];
    addRow(
      [...label, "program alone, bare"],
      await fastest(() => measureProgramAlone(alone, { bare: true })),
    );
    addRow([...label, "program alone"], await fastest(() => measureProgramAlone(alone, { bare: false })));
  } finally {
    alone.remove();
  }
  const measured = new Map<string, Measured>();
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const way of values.by.split(",")) await benchRun(size, way, measured);
  }
  for (const [label, result] of measured) addRow([String(size), ...label.split(" ")], result);
}

/** Runs the operations one after the other on a stack of its own; of each the fastest so far is kept. */
async function benchRun(size: number, way: string, measured: Map<string, Measured>): Promise<void> {
  const project = writeBenchProject(size);
  try {
    await runPulumi(project, ["stack", "init", "dev"]);
    for (const operation of operations) {
      const result = await operate(project, way, operation);
      const label = `${way} ${operation}`;
      measured.set(label, faster(measured.get(label), result));
    }
  } finally {
    project.remove();
  }
}

function operate(project: BenchProject, way: string, operation: string): Promise<Measured> {
  const { folder: cwd, env } = project;
  const args = operationArgs(operation);
  if (way === "in-process") {
    const [verb = ""] = args;
    return measure({ executable: process.execPath, args: [inProcess, verb], cwd, env });
  }
  return way === "plugin" ? runPulumi(project, args) : measure({ executable: way, args, cwd, env });
}

async function fastest(run: () => Promise<Measured>): Promise<Measured> {
  let best = await run();
  for (let left = Number(values.runs) - 1; left > 0; left -= 1) best = faster(best, await run());
  return best;
}

function faster(a: Measured | undefined, b: Measured): Measured {
  return a !== undefined && a.milliseconds < b.milliseconds ? a : b;
}

function addRow(label: readonly string[], { milliseconds, uses }: Measured): void {
  const { program, engine, provider } = uses;
  const cells = [milliseconds, program.cpuMilliseconds, engine.cpuMilliseconds, provider.cpuMilliseconds];
  const row = [
    ...label,
    ...cells.map((time) => (time / 1000).toFixed(2)),
    ...[engine.peakBytes, engine.writtenBytes].map((bytes) => (bytes / 2 ** 20).toFixed(1)),
  ];
  process.stderr.write(`${row.join(" ")}\n`);
  rows.push(row);
}
