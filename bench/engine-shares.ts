/**
 * Where the engine's process spends its time, with the provider in the same process: its own code, the wire (gRPC,
 * HTTP/2, protobuf, sockets), loading, garbage collection. Milliseconds of the main thread, from V8's own profiles.
 *
 *     node bench/engine-shares.ts [--resources 3222] [--runs 1]
 *
 * A profile's samples are of the clock: waiting for a core counts, and so does the profiler. OWN CPU is the own share of
 * what the main thread used of the processor in a run without a profiler. With --runs the fastest run counts: other
 * work on the machine only ever adds. Machines differ more than engines do, so the own share is also told as a part of
 * what the program alone takes in the same run, started as the official CLI starts it: 12.94 s at 3,222 resources on
 * the machine that docs/performance.md calls quiet.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../ops/paths.ts";
import { renderTable } from "../ops/report/table.ts";
import { type CpuProfile, type Share, sharesOf } from "./engine/cpu-profile.ts";
import { measure } from "./engine/measure.ts";
import { runPulumi } from "./engine/operation.ts";
import { measureProgramAlone } from "./engine/program-alone.ts";
import { type BenchProject, writeBenchProject } from "./engine/project.ts";

const { values } = parseArgs({
  options: { resources: { type: "string", default: "3222" }, runs: { type: "string", default: "1" } },
});
const inProcess = join(root, "bench/engine/in-process.ts");
const operations = ["preview", "first up", "no-op up", "refresh", "destroy"] as const;
const shares: readonly Share[] = ["own", "wire", "loading", "collection", "rest"];

type Shares = { readonly [share in Share]: number };
const best = new Map<string, Shares>();
const processor = new Map<string, number>();
let programAlone = Number.POSITIVE_INFINITY;
for (let run = 0; run < Number(values.runs); run += 1) {
  await inNewStack(profileAll);
  await inNewStack(meterAll);
}
const rows = [...best].map(([operation, found]) => [
  operation,
  ...shares.map((share) => seconds(found[share])),
  seconds(ownProcessorTime(operation, found)),
  `${((100 * found.own) / programAlone).toFixed(1)} %`,
]);
const columns = [
  "OPERATION",
  ...shares.map((share) => `${share.toUpperCase()} S`),
  ...["OWN CPU S", "OWN / PROGRAM ALONE"],
];
process.stdout.write(`program alone, bare: ${(programAlone / 1000).toFixed(2)} s\n`);
process.stdout.write(`${renderTable([columns, ...rows])}\n`);

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

function ownProcessorTime(operation: string, found: Shares): number {
  return ((processor.get(operation) ?? Number.NaN) * found.own) / total(found);
}

async function inNewStack(work: (project: BenchProject) => Promise<void>): Promise<void> {
  const project = writeBenchProject(Number(values.resources));
  try {
    await runPulumi(project, ["stack", "init", "dev"]);
    await work(project);
  } finally {
    project.remove();
  }
}

async function profileAll(project: BenchProject): Promise<void> {
  const { milliseconds } = await measureProgramAlone(project, { bare: true });
  programAlone = Math.min(programAlone, milliseconds);
  for (const operation of operations) {
    const found = await profile(project, verbOf(operation));
    const known = best.get(operation);
    if (known === undefined || total(found) < total(known)) best.set(operation, found);
  }
}

/** The same once more without a profiler. */
async function meterAll(project: BenchProject): Promise<void> {
  for (const operation of operations) {
    const args = [inProcess, verbOf(operation)];
    const command = { executable: process.execPath, args, cwd: project.folder, env: project.env };
    const { mainThreadMilliseconds } = (await measure(command)).uses.engine;
    processor.set(
      operation,
      Math.min(processor.get(operation) ?? Number.POSITIVE_INFINITY, mainThreadMilliseconds),
    );
  }
}

function verbOf(operation: string): string {
  return operation.split(" ").at(-1) ?? operation;
}

async function profile(project: BenchProject, verb: string): Promise<Shares> {
  const folder = mkdtempSync(join(tmpdir(), "bench-profile-"));
  try {
    const args = ["--cpu-prof", `--cpu-prof-dir=${folder}`, inProcess, verb];
    await measure({ executable: process.execPath, args, cwd: project.folder, env: project.env });
    const profiles = readdirSync(folder).map((file) => {
      return JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
    });
    const engine = profiles.find(({ nodes }) =>
      nodes.some(({ callFrame }) => callFrame.url.endsWith("/bench/engine/in-process-operation.ts")),
    );
    if (engine === undefined) throw new Error(`there is no profile of the engine among ${profiles.length}`);
    return sharesOf(engine);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function total(found: Shares): number {
  return shares.reduce((sum, share) => sum + found[share], 0);
}
