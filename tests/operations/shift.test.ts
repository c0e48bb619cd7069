import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type StackOutputs, stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { Checkout } from "../checkout.ts";
import { killInPhase } from "./kill-in-phase.ts";
import { Reader } from "./reader.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const JOURNAL = ".infra/shift/dev.json";
const SETTINGS = join(folder, "Pulumi.dev.yaml");
const settings = readFileSync(SETTINGS, "utf8");
const inPython = (...command: string[]) =>
  execFileSync("docker", ["exec", `${project}-dev-backend-python`, ...command]);
/** Bears what a slow machine does to latency and errors: only wrong answers stop a shift here. */
const GENEROUS = ["--min-samples", "5", "--latency-grace", "60s", "--max-errors", "50", "--hold", "5s"];

async function outputs(): Promise<StackOutputs> {
  const ran = await checkout.infra("outputs", "dev", "--json", "--show-secrets");
  return stackOutputsSchema.parse(JSON.parse(ran.stdout));
}

async function newestCause(): Promise<unknown> {
  const ran = await checkout.infra("history", "dev", "--json");
  const { releases } = JSON.parse(ran.stdout) as { releases: { number: number; cause: unknown }[] };
  return releases.sort((a, b) => b.number - a.number)[0]?.cause;
}

/** Gives Python a company that Node does not have, the first of every list; or takes it away. */
function worsenPython(isWorse: boolean): void {
  const change = isWorse
    ? 'companies.insert_one({**companies.find_one(), "_id": "0", "name": "!", "nameNorm": "!"})'
    : 'companies.delete_one({"_id": "0"})';
  const script = `
import os, pymongo
companies = pymongo.MongoClient(os.environ["MONGODB_URL"])["trials"]["companies"]
${change}
`;
  inPython("python3", "-c", script);
  const cache = `${project}-dev-backend-python-cache`;
  const empty = ". /usr/local/lib/cache/settings.sh; REDISCLI_AUTH=$(cache_password) valkey-cli flushall";
  execFileSync("docker", ["exec", cache, "sh", "-c", empty]);
}

describe("a shift of traffic under load", () => {
  let before: number;
  let clients: Reader;
  beforeAll(async () => {
    await checkout.infra("up", "dev");
    before = (await outputs()).pythonWeight;
  });
  beforeEach(async () => {
    clients = await Reader.start(await outputs());
  });
  afterEach(async () => {
    await clients.stop();
    process.stderr.write(`${clients.requests} reads, ${clients.dropped.length} dropped\n`);
    expect(clients.dropped).toEqual([]);
  });
  afterAll(async () => {
    writeFileSync(SETTINGS, settings);
    await checkout.infra("up", "dev");
  });

  it("gives Python more without dropping a request; checkout, stack and record agree", async () => {
    const goal = before + 25;
    const ran = await checkout.infra("shift", "dev", "--to", String(goal), ...GENEROUS);
    expect(ran.stderr).toMatch(/✓ parity: 0 of \d+ reads are answered differently/);
    expect(ran.code).toBe(0);
    expect((await outputs()).pythonWeight).toBe(goal);
    expect(await newestCause()).toEqual({ kind: "shift", from: before, to: goal });
    const preview = await checkout.infra("preview", "dev", "--json");
    expect(Object.keys((JSON.parse(preview.stdout) as { summary: object }).summary)).toEqual(["same"]);
  });

  it("goes back by itself when Python answers wrongly", async () => {
    const { pythonWeight: good } = await outputs();
    worsenPython(true);
    try {
      const ran = await checkout.infra("shift", "dev", "--to", String(good + 25), ...GENEROUS);
      expect(ran.stderr).toMatch(/✗ parity: \d+ of \d+ .*most at .*companies/);
      expect(ran.stderr).toContain(`going back to ${good} %`);
      expect(ran.code).toBe(4);
    } finally {
      worsenPython(false);
    }
    expect((await outputs()).pythonWeight).toBe(good);
    expect(readFileSync(SETTINGS, "utf8")).toContain(`pythonWeight: ${good}`);
    expect(existsSync(join(folder, JOURNAL))).toBe(false);
  });

  it.each(["applying", "holding"])("killed while %s, goes on to its end", async (phase) => {
    const goal = (await outputs()).pythonWeight + 5;
    await killInPhase(folder, { journal: JOURNAL, phase }, "shift", "dev", "--to", String(goal));
    const elsewhere = await checkout.infra("shift", "dev", "--to", String(goal + 1));
    expect(elsewhere.stderr).toContain(`a shift of dev to ${goal} % was broken off`);
    expect(elsewhere.code).toBe(1);
    expect((await checkout.infra("shift", "dev", "--resume", ...GENEROUS)).code).toBe(0);
    expect((await outputs()).pythonWeight).toBe(goal);
    expect(existsSync(join(folder, JOURNAL))).toBe(false);
  });
});
