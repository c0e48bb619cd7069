import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Boundary, Reaper } from "./boundaries.ts";
import { bundleScripts } from "./bundled-scripts.ts";
import { DiskCloud } from "./disk-cloud.ts";
import { type CaseName, crashCase } from "./operations.ts";
import type { Recovery } from "./recover-runs.ts";
import { runDeed } from "./run-deed.ts";

const run = promisify(execFile);
const AT_ONCE = 2;
/** Most of the time of such a process goes into reading its modules. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "crash-compile-cache") };

/** A run that was killed, and the one after it. */
export interface Crash extends Recovery {
  readonly boundary: Boundary;
}

/** Kills a case at every boundary it comes by, each time in a process of its own, and lets another process go on. */
export async function crashEverywhere(
  name: CaseName,
  tells: boolean,
  wanted: (boundary: Boundary, index: number) => boolean = () => true,
): Promise<readonly Crash[]> {
  const home = mkdtempSync(join(tmpdir(), "crash-"));
  const telling = tells ? "tells" : "mute";
  const before = join(home, "before");
  await prepare(name, before, tells);
  const rehearsal = copyOf(before, join(home, "rehearsal"));
  const scripts = await bundleScripts(join(home, "scripts"));
  const { stdout } = await run(process.execPath, [scripts["killed-run"], rehearsal, name, telling], { env });
  const { result, passed } = JSON.parse(stdout) as { result: string; passed: readonly Boundary[] };
  if (result !== "succeeded") throw new Error(`the rehearsal of ${name} ${result}`);
  const points = passed.map((boundary, index) => ({ boundary, index, root: join(home, `at-${index}`) }));
  const chosen = points.filter(({ boundary, index }) => wanted(boundary, index));
  await inTurns(chosen, async ({ root, index }) => {
    copyOf(before, root);
    const args = [scripts["killed-run"], root, name, telling, String(index)];
    const died = run(process.execPath, args, { env });
    const signal = await died.then(
      () => "none",
      (error: { readonly signal?: string }) => error.signal,
    );
    if (signal !== "SIGKILL") throw new Error(`${name} was not killed at ${index}`);
    age(join(root, "state"));
  });
  const roots = chosen.map(({ root }) => root);
  const recovered = await run(process.execPath, [scripts["recover-runs"], name, telling, ...roots], {
    env,
    maxBuffer: 2 ** 26,
  });
  const lines = recovered.stdout.trimEnd().split("\n");
  rmSync(home, { recursive: true });
  return chosen.map(({ boundary }, at) => ({ boundary, ...(JSON.parse(lines[at] ?? "") as Recovery) }));
}

async function prepare(name: CaseName, root: string, tells: boolean): Promise<void> {
  const { before, between } = crashCase(name);
  const cloud = new DiskCloud(root);
  if (before !== undefined) await runDeed(before, { root, tells, reaper: new Reaper(undefined) });
  between?.(cloud);
}

/** As if the next run came later: what is half written is not taken for what somebody writes just now. */
function age(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) utimesSync(join(file.parentPath, file.name), new Date(0), new Date(0));
  }
}

function copyOf(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
