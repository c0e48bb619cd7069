import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type DriftFinding, type DriftReport, driftReportSchema } from "../../contracts/drift.ts";
import { Checkout } from "../checkout.ts";
import { describeContainer, endContainer, remakeContainer } from "./drift-mutation/mutate.ts";
import { MUTATIONS } from "./drift-mutation/mutations.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const docker = new Docker();
const named = (role: string) => `${project}-dev-${role}`;
const settings = join(folder, "Pulumi.dev.yaml");
const committed = readFileSync(settings, "utf8");

const NETWORK = named("monitoring");
const STRANGER = named("stranger");
const MEBIBYTE = 1024 * 1024;

async function review(): Promise<{ readonly code: number; readonly report: DriftReport }> {
  const ran = await checkout.infra("drift", "dev", "--json");
  expect([0, 3], ran.stderr).toContain(ran.code);
  return { code: ran.code, report: driftReportSchema.parse(JSON.parse(ran.stdout)) };
}

async function answer(...args: string[]): Promise<void> {
  const ran = await checkout.infra("drift", "dev", ...args);
  expect(ran.code, ran.stderr).toBe(0);
}

function paths({ findings }: DriftReport): string[] {
  return findings.map(({ name, kind, property }) => [name, kind, property].join(" ").trim()).sort();
}

function find({ findings }: DriftReport, name: string, property: string): DriftFinding {
  const found = findings.find((finding) => finding.name === name && finding.property === property);
  if (found === undefined) throw new Error(`nothing of ${name} ${property} is found`);
  return found;
}

function causeOf({ causes }: DriftReport, { id }: DriftFinding): string | undefined {
  return causes.find(({ findings }) => findings.includes(id))?.what;
}

async function setMemory(role: string, mebibytes: number): Promise<void> {
  const bytes = mebibytes * MEBIBYTE;
  await docker.getContainer(named(role)).update({ Memory: bytes, MemorySwap: bytes });
}

/** Somebody makes the container anew by hand, with another environment. */
async function remakeWithEnvironment(role: string): Promise<void> {
  const made = await describeContainer(named(role));
  await endContainer(named(role));
  await remakeContainer(
    made,
    MUTATIONS.filter(({ input }) => input === "envs"),
  );
  await docker.getContainer(named(role)).start();
}

async function makeStranger(): Promise<void> {
  const { Image } = await docker.getContainer(named("gateway")).inspect();
  const Labels = { "trials.project": project, "trials.stack": "dev", "trials.role": "gateway" };
  await docker.createContainer({ name: STRANGER, Image, Labels });
}

let drifted: DriftReport;

beforeAll(async () => {
  const clean = await review();
  expect(paths(clean.report)).toEqual([]);
  expect(clean.code).toBe(0);
});

afterAll(async () => {
  writeFileSync(settings, committed);
  rmSync(join(folder, "drift"), { recursive: true, force: true });
  await docker
    .getContainer(STRANGER)
    .remove({ force: true })
    .catch(() => undefined);
  const ran = await checkout.infra("up", "dev");
  expect(ran.code, ran.stderr).toBe(0);
});

it("finds a change of each kind, and nothing else, with its cause", async () => {
  await setMemory("backend-node", 300);
  await remakeWithEnvironment("parity");
  await docker.getNetwork(NETWORK).disconnect({ Container: named("alertmanager"), Force: true });
  await docker.getContainer(named("backend-node-cache-exporter")).remove({ force: true });
  await makeStranger();

  const { code, report } = await review();
  drifted = report;
  expect(code).toBe(3);
  const [environment = ""] = paths(report).filter((path) => /envs\[(?!MUTATED)/.test(path));
  expect(paths(report)).toEqual(
    [
      environment,
      "parity-service-workload changed envs[MUTATED]",
      "parity-service-workload changed id",
      `monitoring-alertmanager-workload changed networksAdvanced[${NETWORK}]`,
      "node-backend-cache-exporter-service-workload deleted",
      "node-backend-service-workload changed memory",
      "node-backend-service-workload changed memorySwap",
      `${STRANGER} unmanaged`,
    ].sort(),
  );
  const network = find(report, "monitoring-alertmanager-workload", `networksAdvanced[${NETWORK}]`);
  const cause = (name: string, property = "") => causeOf(report, find(report, name, property));
  expect(cause("node-backend-service-workload", "memory")).toBe("docker update");
  expect(cause("parity-service-workload", "envs[MUTATED]")).toBe("made anew under the same name");
  expect(causeOf(report, network)).toMatch(/^docker network (connect or )?disconnect$/);
  expect(cause("node-backend-cache-exporter-service-workload")).toMatch(/^(docker rm|deleted)$/);
  expect(cause(STRANGER)).toBe("made outside of the program");
});

it("accepts a memory limit: the settings name it, and an update has nothing to do", async () => {
  const { id } = find(drifted, "node-backend-service-workload", "memory");
  await answer("accept", id, "--yes");
  expect(readFileSync(settings, "utf8")).toMatch(/backendNode:\n(?: +.*\n)*? +memory: 300\n/);
  const ran = await checkout.infra("preview", "dev", "--json");
  const { summary } = JSON.parse(ran.stdout) as { summary: { [op: string]: number } };
  expect(Object.keys(summary)).toEqual(["same"]);
});

it("hides what is ignored until its day", async () => {
  const { id } = find(drifted, "node-backend-cache-exporter-service-workload", "");
  await answer("ignore", id, "--until", "2999-12-31", "--reason", "load test");
  const { report } = await review();
  expect(report.ignored.map(({ finding }) => finding.id)).toEqual([id]);
  expect(paths(report)).not.toContain("node-backend-cache-exporter-service-workload deleted");
  checkout.edit("drift/ignored.dev.yaml", (text) => text.replace("2999-12-31", "2020-12-31"));
});

it("brings everything else back", async () => {
  await answer("revert", "--all", "--yes");
  const { code, report } = await review();
  expect(paths(report)).toEqual([]);
  expect(code).toBe(0);
  expect(report.stale.map(({ why }) => why)).toEqual(["expired"]);
  expect((await docker.getContainer(named("backend-node-cache-exporter")).inspect()).State.Running).toBe(
    true,
  );
});
