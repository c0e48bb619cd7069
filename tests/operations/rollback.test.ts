import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, inject, it } from "vitest";
import { Checkout, type Ran } from "../checkout.ts";
import { askDocuments } from "./ask-documents.ts";
import { killInPhase } from "./kill-in-phase.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const JOURNAL = ".infra/rollback/dev.json";
const settings = readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
const weightOf = (text: string) => Number(/pythonWeight: (\d+)/.exec(text)?.[1]);
const committedWeight = weightOf(settings);
const setWeight = (weight: number) =>
  checkout.edit("Pulumi.dev.yaml", (text) => text.replace(/pythonWeight: \d+/, `pythonWeight: ${weight}`));

/** Share of Python as the running stack has it. */
async function liveWeight(): Promise<number> {
  const ran = await checkout.infra("outputs", "dev", "--json");
  return (JSON.parse(ran.stdout) as { pythonWeight: number }).pythonWeight;
}

/** Operation -> number of resources, as an update would have it. */
async function planned(): Promise<{ readonly [op: string]: number }> {
  const ran = await checkout.infra("preview", "dev", "--json");
  return (JSON.parse(ran.stdout) as { summary: { readonly [op: string]: number } }).summary;
}

interface HistoryEntry {
  readonly number: number;
  readonly message: string;
  readonly cause: { readonly kind: string };
}

async function releases(): Promise<readonly HistoryEntry[]> {
  const ran = await checkout.infra("history", "dev", "--json");
  const { releases: all } = JSON.parse(ran.stdout) as { releases: readonly HistoryEntry[] };
  return [...all].sort((a, b) => a.number - b.number);
}

afterAll(async () => {
  writeFileSync(join(folder, "Pulumi.dev.yaml"), settings);
  await checkout.infra("up", "dev");
});

it("goes back to the release before although the program does not compile, and forward again", async () => {
  await checkout.infra("up", "dev");
  const known = (await releases()).at(-1)?.number ?? 0;
  setWeight(committedWeight + 30);
  expect((await checkout.infra("up", "dev")).code).toBe(0);
  const program = readFileSync(join(folder, "src/index.ts"), "utf8");
  checkout.edit("src/index.ts", () => "this is no TypeScript");
  const ran = await checkout.infra("rollback", "dev", "--yes");
  expect(ran.stderr).toMatch(/safe +\w+ +gateway-service-workload/);
  expect(ran.code).toBe(0);
  expect(await liveWeight()).toBe(committedWeight);
  expect((await releases()).at(-1)).toMatchObject({ cause: { kind: "rollback", of: known + 1, to: known } });
  expect((await checkout.infra("rollback", "dev", "--to", String(known + 1), "--yes")).code).toBe(0);
  expect(await liveWeight()).toBe(committedWeight + 30);
  checkout.edit("src/index.ts", () => program);
  expect(Object.keys(await planned())).toEqual(["same"]);
});

it.each(["data-snapshot", "update"])("killed in its phase %s, goes on to its end", async (phase) => {
  const [target] = (await releases()).slice(-2);
  const wanted = String(target?.number);
  const from = await liveWeight();
  await killInPhase(folder, { journal: JOURNAL, phase }, "rollback", "dev", "--to", wanted, "--yes");
  const refused = await checkout.infra("up", "dev");
  expect(refused.stderr).toContain(`stopped in its phase ${phase}`);
  expect(refused.code).toBe(1);
  expect((await checkout.infra("rollback", "dev", "--continue")).code).toBe(0);
  expect(await liveWeight()).not.toBe(from);
  expect(existsSync(join(folder, JOURNAL))).toBe(false);
});

it("puts the data of a release back in the place of damaged data", async () => {
  const [target] = (await releases()).slice(-2);
  const trials = () => askDocuments(project, "node", "db.trials.count_documents({})");
  const whole = trials();
  expect(Number(whole)).toBeGreaterThan(0);
  askDocuments(project, "node", "db.trials.delete_many({})");
  const ran = await checkout.infra("rollback", "dev", "--to", String(target?.number), "--with-data", "--yes");
  expect(ran.code).toBe(0);
  expect(ran.stderr).toMatch(/lossy +restore +backend-node-documents/);
  expect(trials()).toBe(whole);
});

/** Brings up an environment with a changed source file; the file is as before afterwards. */
async function upWith(file: string, change: (text: string) => string, flag: string): Promise<Ran> {
  const text = readFileSync(join(folder, file), "utf8");
  checkout.edit(file, change);
  try {
    return await checkout.infra("up", "dev", flag);
  } finally {
    writeFileSync(join(folder, file), text);
  }
}

it("leaves the release current whose successor fails before it changes anything", async () => {
  const from = await liveWeight();
  const fails = (text: string) => `${text}\nRUN false\n`;
  const ran = await upWith("services/gateway/Dockerfile", fails, "--rollback-on-failure");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/nothing was changed: release \d+ is still current/);
  expect(await liveWeight()).toBe(from);
});

it("undoes by itself an update that fails on its way", async () => {
  const current = (await releases()).at(-1)?.number;
  const before = await planned();
  const ends = (text: string) => text.replace(/ENTRYPOINT .*/, 'ENTRYPOINT ["false"]');
  const ran = await upWith("services/parity/Dockerfile", ends, "--rollback-on-failure");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("going back by itself, as asked");
  expect(ran.stderr).toContain(`release ${current} is current again`);
  expect((await releases()).at(-1)).toMatchObject({ cause: { kind: "rollback", to: current } });
  expect(await planned()).toEqual(before);
});

it("undoes by itself an update after which clients are answered badly", async () => {
  const current = (await releases()).at(-1)?.number ?? 0;
  const fails = (text: string) =>
    text.replace("  acl served", "  http-request return status 500 if { path /openapi.json }\n  acl served");
  const ran = await upWith("services/gateway/haproxy.cfg", fails, "--rollback-on-unhealthy");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/openapi\.json is down: .* answers 500/);
  const [bad, back] = (await releases()).slice(-2);
  expect(bad).toMatchObject({ number: current + 1, cause: { kind: "up" } });
  expect(back).toMatchObject({ cause: { kind: "rollback", of: current + 1, to: current } });
  const { gatewayUrl } = JSON.parse((await checkout.infra("outputs", "dev", "--json")).stdout) as {
    gatewayUrl: string;
  };
  expect((await fetch(`${gatewayUrl}/openapi.json`)).status).toBe(200);
});

it.each([
  [["--to", "9999"], /no release 9999/],
  [["--to", "x"], /takes the number/],
  [["--abort", "--continue"], /give one of them/],
  [["--continue"], /no rollback was interrupted/],
])("refuses %j with one clear error", async (args, message) => {
  const ran = await checkout.infra("rollback", "dev", ...args);
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toMatch(message);
});
