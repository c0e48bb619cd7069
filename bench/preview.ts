/**
 * Preview of a small and a larger program on the embedded engine: where the time goes.
 *
 *     node bench/preview.ts [--resources 3,300] [--runs 5]
 *
 * Providers are in this process and answer at once. "Engine" is the time this process was busy less the time in
 * providers; "program" is the rest of the wall clock: starting Node, loading the SDK, registering. Medians.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { nodeProgram, type Provider, runOperation } from "../engine/src/index.ts";
import { defaultOptions, fakeHost, fakeProvider, memoryStore } from "../engine/src/testing/index.ts";
import { root } from "../ops/paths.ts";
import { renderTable } from "../ops/report/table.ts";

const { values } = parseArgs({
  options: { resources: { type: "string", default: "3,300" }, runs: { type: "string", default: "5" } },
});

interface Times {
  readonly total: number;
  readonly providers: number;
  readonly engine: number;
}

const rows = [["RESOURCES", "TOTAL MS", "PROGRAM MS", "ENGINE MS", "PROVIDERS MS"]];
for (const count of values.resources.split(",").map(Number)) {
  const runs: Times[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) runs.push(await preview(count));
  const { total, engine, providers } = middle(runs);
  rows.push([
    String(count),
    ...[total, total - engine - providers, engine, providers].map((time) => time.toFixed(0)),
  ]);
}
process.stdout.write(`${renderTable(rows)}\n`);

function middle(runs: readonly Times[]): Times {
  const sorted = [...runs].sort((a, b) => a.total - b.total);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error("--runs takes a whole number from 1");
  return found;
}

async function preview(count: number): Promise<Times> {
  const folder = writeProgram(count);
  const project = {
    name: "bench",
    root: folder,
    directory: folder,
    entry: ".",
    runtimeOptions: { typescript: false },
  };
  const spent = { milliseconds: 0 };
  const busy = performance.eventLoopUtilization();
  const started = performance.now();
  const result = await runOperation(
    "update",
    { ...defaultOptions, preview: true },
    {
      project,
      store: memoryStore({ organization: "organization", project: "bench", stack: "bench" }),
      secrets: { record: undefined, encrypt: async (text) => text, decrypt: async (text) => text },
      config: { values: {}, secretKeys: [] },
      providers: fakeHost({ fake: timed(fakeProvider(), spent) }),
      program: nodeProgram({ ...project, env: process.env }),
      listener: () => undefined,
      signal: new AbortController().signal,
      clock: { now: () => new Date() },
      random: {
        bytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
        uuid: () => crypto.randomUUID(),
      },
    },
  );
  const total = performance.now() - started;
  const { active } = performance.eventLoopUtilization(busy);
  rmSync(folder, { recursive: true });
  if (result.result !== "succeeded") throw new Error(`the preview of ${count} resources ${result.result}`);
  return { total, providers: spent.milliseconds, engine: active - spent.milliseconds };
}

/** Chains of ten dependent resources, in a project of its own. */
function writeProgram(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "bench-preview-"));
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"name": "bench", "main": "index.cjs"}');
  writeFileSync(
    join(folder, "index.cjs"),
    `const pulumi = require("@pulumi/pulumi");
class Thing extends pulumi.CustomResource {
  constructor(name, inputs) { super("fake:index:Thing", name, { value: undefined, ...inputs }); }
}
let last;
for (let i = 0; i < ${count}; i++) last = new Thing("r" + i, { value: i % 10 === 0 ? "start" : last.value });
`,
  );
  return folder;
}

/** The provider with every call timed. */
function timed(provider: Provider, spent: { milliseconds: number }): Provider {
  return new Proxy(provider, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        const started = performance.now();
        const answer: unknown = await Reflect.apply(member, target, args);
        spent.milliseconds += performance.now() - started;
        return answer;
      };
    },
  });
}
