import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { type StackOutputs, stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { Checkout } from "../checkout.ts";
import { killInPhase } from "./kill-in-phase.ts";
import { Reader } from "./reader.ts";
import { type Fault, worsenPython } from "./worse-python.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const JOURNAL = ".infra/shift/dev.json";
const SETTINGS = join(folder, "Pulumi.dev.yaml");
const settings = readFileSync(SETTINGS, "utf8");

async function outputs(): Promise<StackOutputs> {
  const ran = await checkout.infra("outputs", "dev", "--json", "--show-secrets");
  return stackOutputsSchema.parse(JSON.parse(ran.stdout));
}

async function newestCause(): Promise<unknown> {
  const ran = await checkout.infra("history", "dev", "--json");
  const { releases } = JSON.parse(ran.stdout) as { releases: { number: number; cause: unknown }[] };
  return releases.sort((a, b) => b.number - a.number)[0]?.cause;
}

/** Flags that bear what a busy machine does to latency; what is judged is for the test to say. */
function judgedBy(judged: { readonly latencyGrace?: string; readonly maxErrors?: number } = {}): string[] {
  const { latencyGrace = "60s", maxErrors = 0 } = judged;
  const borne = ["--latency-grace", latencyGrace, "--max-errors", String(maxErrors)];
  return [...borne, "--min-samples", "5", "--hold", "5s"];
}

let environment: StackOutputs;
let before: number;
let clients: Reader;
beforeAll(async () => {
  const ran = await checkout.infra("up", "dev");
  expect(ran.code, ran.stderr).toBe(0);
  environment = await outputs();
  before = environment.pythonWeight;
});
beforeEach(async () => {
  clients = await Reader.start(environment);
});
afterEach(() => clients.stop());
afterAll(async () => {
  writeFileSync(SETTINGS, settings);
  const ran = await checkout.infra("up", "dev");
  expect(ran.code, ran.stderr).toBe(0);
});

const faults: [Fault, string[], RegExp][] = [
  [
    "slow",
    judgedBy({ latencyGrace: "500ms", maxErrors: 100 }),
    /✗ latency: 95th percentile: Python \d{4} ms/,
  ],
  ["wrong", judgedBy({ maxErrors: 100 }), /✗ parity: [1-9]\d* of \d+ .*most at .*companies/],
  ["failing", judgedBy(), /✗ errors: errors of Python: \d+ of \d+ answers, [1-9]\d* of/],
];
it.each(faults)("goes back within one step when Python is %s", async (fault, flags, reason) => {
  const python = worsenPython(`${project}-dev`, fault);
  try {
    const ran = await checkout.infra("shift", "dev", "--to", "100", "--step", "25", ...flags);
    expect(ran.stderr).toMatch(reason);
    expect(ran.stderr).toContain(`Python answers ${before + 25} %`);
    expect(ran.stderr).not.toContain(`Python answers ${before + 50} %`);
    expect(ran.stderr).toContain(`going back to ${before} %`);
    expect(ran.code).toBe(4);
  } finally {
    python.leave();
  }
  expect((await outputs()).pythonWeight).toBe(before);
  expect(readFileSync(SETTINGS, "utf8")).toContain(`pythonWeight: ${before}`);
  expect(existsSync(join(folder, JOURNAL))).toBe(false);
});

it("goes from nothing to all without dropping a read, killed in both of its phases", async () => {
  expect((await checkout.infra("shift", "dev", "--to", "0", "--step", "100")).code).toBe(0);
  const to = (weight: number) => ["shift", "dev", "--to", String(weight), "--step", "50"];
  await killInPhase(folder, { journal: JOURNAL, phase: "applying" }, ...to(100), ...judgedBy());
  const elsewhere = await checkout.infra(...to(90));
  expect(elsewhere.stderr).toContain("a shift of dev to 100 % was broken off");
  expect(elsewhere.code).toBe(1);
  const resume = ["shift", "dev", "--resume"];
  await killInPhase(folder, { journal: JOURNAL, phase: "holding" }, ...resume);
  const ran = await checkout.infra(...resume);
  expect(ran.stderr).toMatch(/✓ parity: 0 of \d+ reads are answered differently/);
  expect(ran.code).toBe(0);
  await clients.stop();
  process.stderr.write(`${clients.requests} reads, ${clients.dropped.length} dropped\n`);
  expect(clients.requests).toBeGreaterThan(100);
  expect(clients.dropped).toEqual([]);
  expect((await outputs()).pythonWeight).toBe(100);
  expect(await newestCause()).toEqual({ kind: "shift", from: 50, to: 100 });
  expect(existsSync(join(folder, JOURNAL))).toBe(false);
  const preview = await checkout.infra("preview", "dev", "--json");
  expect(Object.keys((JSON.parse(preview.stdout) as { summary: object }).summary)).toEqual(["same"]);
});
