import { describe, expect, it } from "vitest";
import type { Json } from "../json.ts";
import { type ClusterCalls, clusterCalls, type Started, start } from "./atlas-caller.ts";

const VERSION = "2023-01-01";
const BACKUP = { backupEnabled: true, pitEnabled: true };

interface BackedUp extends Started {
  readonly clusters: ClusterCalls;
  readonly path: string;
}

async function backedUp(): Promise<BackedUp> {
  const started = await start();
  const clusters = clusterCalls(started);
  await clusters.ready("main", BACKUP);
  return { ...started, clusters, path: `/groups/${started.groupId}/clusters/main/backup` };
}

async function takeSnapshot({ atlas, call, path }: BackedUp): Promise<string> {
  const { body } = await call("POST", `${path}/snapshots`, VERSION, { description: "d", retentionInDays: 7 });
  await atlas.clock.settle();
  return String(body["id"]);
}

const automated = (groupId: string, snapshotId: string, more: Json = {}): Json => ({
  deliveryType: "automated",
  snapshotId,
  targetClusterName: "main",
  targetGroupId: groupId,
  ...more,
});

describe("a backup schedule", () => {
  it("comes with the backup, and is emptied rather than deleted", async () => {
    const { call, path } = await backedUp();
    const schedule = `${path}/schedule`;
    const { body } = await call("GET", schedule, "2024-08-05");
    expect(body).toMatchObject({ clusterName: "main", restoreWindowDays: 7 });
    expect((body["policies"] as { policyItems: Json[] }[])[0]?.policyItems).toHaveLength(5);
    const emptied = await call("DELETE", schedule, "2024-08-05");
    expect(emptied.body["policies"]).toMatchObject([{ policyItems: [] }]);
    const item = { frequencyType: "daily", frequencyInterval: 1, retentionUnit: "days", retentionValue: 7 };
    const change = { policies: [{ policyItems: [item] }], restoreWindowDays: 3, updateSnapshots: true };
    const changed = await call("PATCH", schedule, "2024-08-05", change);
    expect(changed.body).toMatchObject({
      restoreWindowDays: 3,
      policies: [{ policyItems: [{ ...item, id: expect.any(String) }] }],
    });
    expect(changed.body).not.toHaveProperty("updateSnapshots");
    expect((await call("GET", schedule, "2024-08-05")).body).toEqual(changed.body);
  });

  it("is not there without a backup", async () => {
    const started = await start();
    await clusterCalls(started).ready("main");
    const path = `/groups/${started.groupId}/clusters/main/backup`;
    for (const [method, end, version] of [
      ["GET", "schedule", "2024-08-05"],
      ["POST", "snapshots", VERSION],
    ] as const) {
      expect(
        (await started.call(method, `${path}/${end}`, version, method === "GET" ? undefined : {})).body[
          "errorCode"
        ],
      ).toBe("BACKUP_CONFIG_NOT_FOUND");
    }
  });
});

describe("a data snapshot", () => {
  it("is queued, made, kept longer and removed", async () => {
    const { atlas, call, path } = await backedUp();
    const { body } = await call("POST", `${path}/snapshots`, VERSION, {
      description: "before",
      retentionInDays: 2,
    });
    expect(body).toMatchObject({
      status: "queued",
      description: "before",
      snapshotType: "onDemand",
      type: "replicaSet",
    });
    const one = `${path}/snapshots/${body["id"]}`;
    await atlas.clock.advance(30_000);
    expect((await call("GET", one, VERSION)).body["status"]).toBe("inProgress");
    await atlas.clock.settle();
    expect((await call("GET", one, VERSION)).body["status"]).toBe("completed");
    const kept = await call("PATCH", one, VERSION, { retentionUnit: "WEEKS", retentionValue: 1 });
    expect(Date.parse(String(kept.body["expiresAt"])) - Date.parse(String(kept.body["createdAt"]))).toBe(
      7 * 86_400_000,
    );
    expect((await call("GET", `${path}/snapshots`, VERSION)).body["totalCount"]).toBe(1);
    expect((await call("DELETE", one, VERSION)).status).toBe(204);
    expect((await call("GET", one, VERSION)).body["errorCode"]).toBe("SNAPSHOT_NOT_FOUND");
  });

  it("goes with its cluster, or stays where that was asked", async () => {
    for (const query of ["", "?retainBackups=true"]) {
      const backup = await backedUp();
      const id = await takeSnapshot(backup);
      await backup.clusters.remove("main", query);
      await backup.atlas.clock.settle();
      expect((await backup.clusters.get("main")).status).toBe(404);
      const found = await backup.call("GET", `${backup.path}/snapshots/${id}`, VERSION);
      expect(found.status).toBe(query === "" ? 404 : 200);
    }
  });

  it("is not taken of a cluster that is not there yet", async () => {
    const started = await start();
    await clusterCalls(started).create("main", BACKUP);
    const path = `/groups/${started.groupId}/clusters/main/backup/snapshots`;
    expect((await started.call("POST", path, VERSION, {})).body["errorCode"]).toBe("BACKUP_CONFIG_NOT_FOUND");
  });

  it("may fail, and is not restored then", async () => {
    const backup = await backedUp();
    const { atlas, call, path, groupId } = backup;
    atlas.faults.add({ kind: "divert", machine: "snapshots", from: "inProgress", to: "failed", times: 1 });
    const id = await takeSnapshot(backup);
    expect((await call("GET", `${path}/snapshots/${id}`, VERSION)).body["status"]).toBe("failed");
    const job = await call("POST", `${path}/restoreJobs`, VERSION, automated(groupId, id));
    expect(job.body["errorCode"]).toBe("SNAPSHOT_NOT_READY");
  });
});

describe("a restore job", () => {
  it("runs and finishes, or is cancelled, or fails", async () => {
    const backup = await backedUp();
    const { atlas, call, path, groupId } = backup;
    const id = await takeSnapshot(backup);
    const begin = async () =>
      String((await call("POST", `${path}/restoreJobs`, VERSION, automated(groupId, id))).body["id"]);
    const read = async (job: string) => (await call("GET", `${path}/restoreJobs/${job}`, VERSION)).body;
    const done = await begin();
    expect(await read(done)).not.toHaveProperty("finishedAt");
    await atlas.clock.settle();
    expect(await read(done)).toMatchObject({
      finishedAt: expect.any(String),
      failed: false,
      cancelled: false,
    });
    expect((await call("DELETE", `${path}/restoreJobs/${done}`, VERSION)).body["errorCode"]).toBe(
      "RESTORE_JOB_NOT_CANCELLABLE",
    );
    const cancelled = await begin();
    expect((await call("DELETE", `${path}/restoreJobs/${cancelled}`, VERSION)).status).toBe(204);
    await atlas.clock.settle();
    expect(await read(cancelled)).toMatchObject({ cancelled: true, failed: false });
    atlas.faults.add({ kind: "divert", machine: "restoreJobs", from: "running", to: "failed" });
    const failed = await begin();
    await atlas.clock.settle();
    expect(await read(failed)).toMatchObject({ failed: true });
    expect((await call("GET", `${path}/restoreJobs`, VERSION)).body["totalCount"]).toBe(3);
    expect((await call("GET", `${path}/restoreJobs/${"0".repeat(24)}`, VERSION)).status).toBe(404);
  });

  it("gives an address to download from", async () => {
    const backup = await backedUp();
    const { atlas, call, path } = backup;
    const body = { deliveryType: "download", snapshotId: await takeSnapshot(backup) };
    const job = await call("POST", `${path}/restoreJobs`, VERSION, body);
    await atlas.clock.settle();
    expect(
      (await call("GET", `${path}/restoreJobs/${job.body["id"]}`, VERSION)).body["deliveryUrl"],
    ).toHaveLength(1);
  });

  it("of a point in time takes the newest data snapshot before it", async () => {
    const backup = await backedUp();
    const { atlas, call, path, groupId } = backup;
    await takeSnapshot(backup);
    const at = (pointInTimeUTCSeconds: number): Json => ({
      deliveryType: "pointInTime",
      pointInTimeUTCSeconds,
      targetClusterName: "main",
      targetGroupId: groupId,
    });
    const now = Math.floor(atlas.clock.now() / 1000);
    expect((await call("POST", `${path}/restoreJobs`, VERSION, at(now))).status).toBe(200);
    expect((await call("POST", `${path}/restoreJobs`, VERSION, at(1))).body["errorCode"]).toBe(
      "SNAPSHOT_NOT_FOUND",
    );
    const { pointInTimeUTCSeconds: _, ...never } = at(1);
    expect((await call("POST", `${path}/restoreJobs`, VERSION, never)).body["errorCode"]).toBe(
      "MISSING_ATTRIBUTE",
    );
    await backup.clusters.update("main", { pitEnabled: false });
    expect((await call("POST", `${path}/restoreJobs`, VERSION, at(now))).body["errorCode"]).toBe(
      "POINT_IN_TIME_NOT_ENABLED",
    );
  });

  it("needs a data snapshot and a target that runs", async () => {
    const backup = await backedUp();
    const { atlas, call, path, groupId, clusters } = backup;
    const id = await takeSnapshot(backup);
    const codeOf = async (body: Json) =>
      (await call("POST", `${path}/restoreJobs`, VERSION, body)).body["errorCode"];
    expect(await codeOf({ deliveryType: "automated" })).toBe("MISSING_ATTRIBUTE");
    expect(await codeOf({ deliveryType: "automated", snapshotId: id })).toBe("MISSING_ATTRIBUTE");
    expect(await codeOf({ deliveryType: "automated", snapshotId: id, targetGroupId: groupId })).toBe(
      "MISSING_ATTRIBUTE",
    );
    expect(await codeOf(automated(groupId, "0".repeat(24)))).toBe("SNAPSHOT_NOT_FOUND");
    expect(await codeOf(automated(groupId, id, { targetClusterName: "no" }))).toBe("CLUSTER_NOT_FOUND");
    await clusters.update("main", { paused: true });
    await atlas.clock.settle();
    expect(await codeOf(automated(groupId, id))).toBe("CANNOT_UPDATE_PAUSED_CLUSTER");
  });
});

describe("a collection restore job", () => {
  it("is queued, runs and completes", async () => {
    const backup = await backedUp();
    const { atlas, call, groupId } = backup;
    const path = `/groups/${groupId}/clusters/main/collectionRestoreJobs`;
    const snapshotId = await takeSnapshot(backup);
    const body = {
      collections: [{ sourceNamespace: "trials.sites" }],
      databases: [{ sourceNamespace: "trials" }],
      indexStrategy: "ALL",
      snapshotId,
      targetClusterName: "main",
      targetGroupId: groupId,
      writeStrategy: "OVERWRITE_EXISTING",
    };
    const job = await call("POST", path, "2025-03-12", body);
    expect(job).toMatchObject({ status: 201, body: { state: "QUEUED" } });
    await atlas.clock.settle();
    expect((await call("GET", `${path}/${job.body["id"]}`, "2025-03-12")).body).toMatchObject({
      state: "COMPLETED",
      finishedAt: expect.any(String),
    });
    expect((await call("GET", path, "2025-03-12")).body["totalCount"]).toBe(1);
    const codeOf = async (more: Json) =>
      (await call("POST", path, "2025-03-12", { ...body, ...more })).body["errorCode"];
    expect(await codeOf({ snapshotId: "0".repeat(24) })).toBe("SNAPSHOT_NOT_FOUND");
    expect(await codeOf({ collections: [], databases: [] })).toBe("MISSING_ATTRIBUTE");
    const { snapshotId: _, ...without } = body;
    expect((await call("POST", path, "2025-03-12", without)).body["errorCode"]).toBe("MISSING_ATTRIBUTE");
    atlas.faults.add({ kind: "divert", machine: "snapshots", from: "inProgress", to: "failed" });
    expect(await codeOf({ snapshotId: await takeSnapshot(backup) })).toBe("SNAPSHOT_NOT_READY");
    atlas.faults.add({ kind: "divert", machine: "collectionRestoreJobs", from: "IN_PROGRESS", to: "FAILED" });
    const failing = await call("POST", path, "2025-03-12", body);
    await atlas.clock.settle();
    expect((await call("GET", `${path}/${failing.body["id"]}`, "2025-03-12")).body).toMatchObject({
      state: "FAILED",
      errorMessage: "the restore failed",
    });
    expect((await call("GET", `${path}/${"0".repeat(24)}`, "2025-03-12")).status).toBe(404);
  });
});
