import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, inject, it } from "vitest";
import { Checkout } from "../checkout.ts";
import { killInPhase } from "./kill-in-phase.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const JOURNAL = ".infra/rollback/dev.json";
const settings = readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
const weightOf = (text: string) => Number(/pythonWeight: (\d+)/.exec(text)?.[1]);
const before = weightOf(settings);
const setWeight = (weight: number) =>
  checkout.edit("Pulumi.dev.yaml", (text) => text.replace(/pythonWeight: \d+/, `pythonWeight: ${weight}`));

/** Share of Python as the running stack has it. */
async function liveWeight(): Promise<number> {
  const ran = await checkout.infra("outputs", "dev", "--json");
  return (JSON.parse(ran.stdout) as { pythonWeight: number }).pythonWeight;
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

/** Asks the trials in the documents of the Node backend, from inside. */
function documents(question: string): string {
  const prefix = `${project}-dev-backend`;
  const url = `mongodb://${prefix}-node-documents:27017/trials`;
  const program = `import pymongo; print(pymongo.MongoClient("${url}")["trials"]["trials"].${question})`;
  const image = run("docker", "inspect", "--format", "{{.Image}}", `${prefix}-python`);
  const network = ["--network", `${prefix}-node-data`, "--entrypoint", "python3"];
  return run("docker", "run", "--rm", ...network, image, "-c", program);
}

const run = (command: string, ...args: string[]) => execFileSync(command, args, { encoding: "utf8" }).trim();

afterAll(async () => {
  checkout.edit("Pulumi.dev.yaml", (text) => text.replace(/pythonWeight: \d+/, `pythonWeight: ${before}`));
  await checkout.infra("up", "dev");
});

it("goes back to the release before although the program does not compile, and forward again", async () => {
  await checkout.infra("up", "dev");
  const known = (await releases()).at(-1)?.number ?? 0;
  setWeight(before + 30);
  expect((await checkout.infra("up", "dev")).code).toBe(0);
  const program = readFileSync(join(folder, "src/index.ts"), "utf8");
  checkout.edit("src/index.ts", () => "this is no TypeScript");
  const ran = await checkout.infra("rollback", "dev", "--yes");
  expect(ran.stderr).toMatch(/safe +\w+ +gateway-service-workload/);
  expect(ran.code).toBe(0);
  expect(await liveWeight()).toBe(before);
  expect((await releases()).at(-1)).toMatchObject({ cause: { kind: "rollback", of: known + 1, to: known } });
  expect((await checkout.infra("rollback", "dev", "--to", String(known + 1), "--yes")).code).toBe(0);
  expect(await liveWeight()).toBe(before + 30);
  checkout.edit("src/index.ts", () => program);
  const preview = await checkout.infra("preview", "dev", "--json");
  expect(Object.keys((JSON.parse(preview.stdout) as { summary: object }).summary)).toEqual(["same"]);
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
  const whole = documents("count_documents({})");
  expect(Number(whole)).toBeGreaterThan(0);
  documents("delete_many({})");
  const ran = await checkout.infra("rollback", "dev", "--to", String(target?.number), "--with-data", "--yes");
  expect(ran.code).toBe(0);
  expect(ran.stderr).toMatch(/lossy +restore +backend-node-documents/);
  expect(documents("count_documents({})")).toBe(whole);
});

it("leaves the release current whose successor fails before it changes anything", async () => {
  const from = await liveWeight();
  checkout.edit("services/gateway/Dockerfile", (text) => `${text}\nRUN false\n`);
  const ran = await checkout.infra("up", "dev", "--rollback-on-failure");
  checkout.edit("services/gateway/Dockerfile", (text) => text.replace("\nRUN false\n", ""));
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/nothing was changed: release \d+ is still current/);
  expect(await liveWeight()).toBe(from);
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
