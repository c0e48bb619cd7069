import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dockerDataPlane } from "../../simulators/atlas-admin/data-plane/docker-data-plane.ts";
import { type AtlasAdmin, startAtlasAdmin } from "../../simulators/atlas-admin/start-atlas-admin.ts";
import { callerOf, clusterNamed, type Reply } from "../../simulators/atlas-admin/tests/atlas-caller.ts";
import { runCommand } from "./mongodb-wire.ts";

const folder = mkdtempSync(join(tmpdir(), "atlas-data-plane-"));
let atlas: AtlasAdmin;
let groupId: string;

const startAgain = () =>
  startAtlasAdmin({ stateFile: join(folder, "atlas.json"), pollStep: 0, dataPlane: dockerDataPlane });

beforeAll(async () => {
  atlas = await startAgain();
  const project = await call("POST", "/groups", "2023-01-01", { name: "data", orgId: atlas.organisationId });
  groupId = String(project.body["id"]);
  await create("main");
});

afterAll(async () => {
  await atlas.close();
  rmSync(folder, { recursive: true });
  expect(await containers()).toEqual([]);
});

function call(method: string, path: string, version: string, body?: unknown): Promise<Reply> {
  return callerOf(atlas.url, `Bearer ${atlas.accessToken}`)(method, path, version, body);
}

async function create(name: string): Promise<void> {
  const body = clusterNamed(name, { backupEnabled: true });
  expect((await call("POST", `/groups/${groupId}/clusters`, "2024-10-23", body)).status).toBe(201);
  await atlas.clock.settle();
}

async function containers(): Promise<string[]> {
  const label = [`trials.simulator.organisation=${atlas.organisationId}`];
  const found = await new Docker().listContainers({ all: true, filters: { label } });
  return found.map(({ State }) => State);
}

type Command = Parameters<typeof runCommand>[1];

async function ask(name: string, command: Command): Promise<string> {
  const overrides = await atlas.overrides();
  const address = Object.entries(overrides).find(([host]) => host.startsWith(`${name}.`))?.[1];
  return (await runCommand(Number(address?.split(":")[1]), command)).toString("latin1");
}

async function takeSnapshot(): Promise<string> {
  const path = `/groups/${groupId}/clusters/main/backup/snapshots`;
  const { body } = await call("POST", path, "2023-01-01", { description: "before", retentionInDays: 7 });
  await atlas.clock.settle();
  const done = await call("GET", `${path}/${body["id"]}`, "2023-01-01");
  expect(done.body).toMatchObject({ status: "completed", storageSizeBytes: expect.any(Number) });
  return String(body["id"]);
}

const restore = async (snapshotId: string, targetClusterName: string): Promise<Reply> => {
  const path = `/groups/${groupId}/clusters/main/backup/restoreJobs`;
  const body = { deliveryType: "automated", snapshotId, targetClusterName, targetGroupId: groupId };
  const job = await call("POST", path, "2023-01-01", body);
  await atlas.clock.settle();
  return await call("GET", `${path}/${job.body["id"]}`, "2023-01-01");
};

const insert = (name: string, collection: string, text: string) =>
  ask(name, { insert: collection, documents: [{ _id: text, text, "2": "two", "1": "one" }] });

describe("a simulated cluster", () => {
  it("holds documents in a real store", async () => {
    const indexes = [{ name: "text", key: { text: 1 }, unique: 1 }];
    await ask("main", { createIndexes: "trials", indexes });
    await insert("main", "trials", "first");
    expect(await ask("main", { find: "trials" })).toContain("first");
    expect(await containers()).toEqual(["running"]);
  });

  it("gives back what its data snapshot held, indexes too, and nothing that came later", async () => {
    const before = await ask("main", { find: "trials" });
    const snapshot = await takeSnapshot();
    await insert("main", "trials", "later");
    await insert("main", "others", "later");
    expect((await restore(snapshot, "main")).body).toMatchObject({
      failed: false,
      finishedAt: expect.any(String),
    });
    expect(await ask("main", { find: "trials" })).toBe(before);
    expect(await ask("main", { listCollections: 1 })).not.toContain("others");
    await insert("main", "trials", "second");
    const again = { insert: "trials", documents: [{ _id: "third", text: "second" }] };
    expect(await ask("main", again)).toContain("E11000");
  });

  it("gets back more documents than the store hands out at once", async () => {
    const documents = Array.from({ length: 2500 }, (_, index) => ({ _id: `many-${index}` }));
    await ask("main", { insert: "many", documents });
    const before = await ask("main", { count: "many" });
    const snapshot = await takeSnapshot();
    await ask("main", { drop: "many" });
    await restore(snapshot, "main");
    expect(await ask("main", { count: "many" })).toBe(before);
    await ask("main", { drop: "many" });
  });

  it("gets one collection back while the others stay, also under another name", async () => {
    await insert("main", "companies", "kept");
    const snapshot = await takeSnapshot();
    await insert("main", "companies", "newer");
    await ask("main", { drop: "trials" });
    const path = `/groups/${groupId}/clusters/main/collectionRestoreJobs`;
    const body = {
      snapshotId: snapshot,
      collections: [
        { sourceNamespace: "test.trials" },
        { sourceNamespace: "test.companies", targetNamespace: "test.formerly" },
      ],
      indexStrategy: "ALL",
      writeStrategy: "OVERWRITE_EXISTING",
      targetClusterName: "main",
      targetGroupId: groupId,
    };
    const job = await call("POST", path, "2025-03-12", body);
    await atlas.clock.settle();
    expect((await call("GET", `${path}/${job.body["id"]}`, "2025-03-12")).body["state"]).toBe("COMPLETED");
    expect(await ask("main", { find: "trials" })).toContain("first");
    expect(await ask("main", { find: "companies" })).toContain("newer");
    const formerly = await ask("main", { find: "formerly" });
    expect([formerly.includes("kept"), formerly.includes("newer")]).toEqual([true, false]);
    const wrong = { ...body, collections: [{ sourceNamespace: "test.nothing" }] };
    const failing = await call("POST", path, "2025-03-12", wrong);
    await atlas.clock.settle();
    expect((await call("GET", `${path}/${failing.body["id"]}`, "2025-03-12")).body).toMatchObject({
      state: "FAILED",
      errorMessage: "the data snapshot has no collection test.nothing",
    });
  });

  it("stands still while it is paused, and goes on with its documents", async () => {
    const change = (paused: boolean) =>
      call("PATCH", `/groups/${groupId}/clusters/main`, "2024-10-23", { paused });
    await change(true);
    await atlas.clock.settle();
    expect(await containers()).toEqual(["exited"]);
    expect(await atlas.overrides()).toEqual({});
    await change(false);
    await atlas.clock.settle();
    expect(await ask("main", { find: "trials" })).toContain("first");
  });

  it("has its documents also after the simulator was started anew", async () => {
    await atlas.close();
    expect(await containers()).toEqual([]);
    atlas = await startAgain();
    expect(await ask("main", { find: "trials" })).toContain("first");
  });

  it("leaves its retained data snapshots behind, which restore into another one", async () => {
    const snapshot = await takeSnapshot();
    const removed = await call("DELETE", `/groups/${groupId}/clusters/main?retainBackups=true`, "2023-02-01");
    expect(removed.status).toBe(202);
    await atlas.clock.settle();
    expect(await containers()).toEqual([]);
    await create("other");
    await restore(snapshot, "other");
    expect(await ask("other", { find: "trials" })).toContain("first");
    await call("DELETE", `/groups/${groupId}/clusters/other`, "2023-02-01");
    await atlas.clock.settle();
  });
});
