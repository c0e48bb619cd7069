import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { type StackOutputs, stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { Checkout } from "../checkout.ts";
import { killInPhase } from "./kill-in-phase.ts";
import { standIn, Writer, type WriteStandIn } from "./write-stand-in.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const JOURNAL = ".infra/cut-over/dev.json";
const SETTINGS = join(folder, "Pulumi.dev.yaml");
const settings = readFileSync(SETTINGS, "utf8");
const PREFIX = `${project}-dev`;

async function outputs(): Promise<StackOutputs> {
  const ran = await checkout.infra("outputs", "dev", "--json");
  return stackOutputsSchema.parse(JSON.parse(ran.stdout));
}

let node: WriteStandIn;
let python: WriteStandIn;
beforeAll(async () => {
  await checkout.infra("up", "dev");
  node = standIn(PREFIX, "backend-node");
  python = standIn(PREFIX, "backend-python");
});
afterAll(async () => {
  node.leave();
  python.leave();
  writeFileSync(SETTINGS, settings);
  await checkout.infra("up", "dev");
});

it("loses no acknowledged write, neither by a kill in the middle nor on the way back", async () => {
  const before = await outputs();
  const clients = new Writer(before.gatewayUrl, "note");
  try {
    await killInPhase(folder, { journal: JOURNAL, phase: "switch" }, "cut-over", "dev", "--yes");
    const refused = await checkout.infra("cut-over", "dev", "--back", "--yes");
    expect(refused.stderr).toContain("a cut-over of dev was broken off in its phase switch");
    const ran = await checkout.infra("cut-over", "dev", "--yes", "--json");
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ reversible: true, systemOfRecord: "python" });
    expect(clients.lostIn(python)).toEqual([]);
    const back = await checkout.infra("cut-over", "dev", "--back", "--yes");
    expect(back.stderr).toMatch(/verified: \d+ documents in \d+ collections/);
    expect(back.code).toBe(0);
  } finally {
    await clients.stop();
  }
  process.stderr.write(`${clients.acknowledged.length} acknowledged, ${clients.refused} refused\n`);
  expect(clients.acknowledged.length).toBeGreaterThan(0);
  expect(clients.lostIn(node)).toEqual([]);
  expect(await outputs()).toMatchObject({ traffic: before.traffic, pythonWeight: before.pythonWeight });
});
