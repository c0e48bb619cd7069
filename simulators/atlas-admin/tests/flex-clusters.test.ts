import { describe, expect, it } from "vitest";
import { clusterCalls, clusterNamed, region, start } from "./atlas-caller.ts";

const VERSION = "2024-11-13";
const flex = { name: "small", providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" } };

describe("a flex cluster", () => {
  it("is made, changed and removed by an API of its own", async () => {
    const started = await start();
    const { atlas, call, groupId } = started;
    const path = `/groups/${groupId}/flexClusters`;
    const created = await call("POST", path, VERSION, flex);
    expect(created).toMatchObject({
      status: 201,
      body: {
        stateName: "CREATING",
        connectionStrings: {},
        providerSettings: { diskSizeGB: 5, providerName: "FLEX" },
      },
    });
    expect((await call("PATCH", `${path}/small`, VERSION, { tags: [] })).body["stateName"]).toBe("CREATING");
    await atlas.clock.settle();
    expect((await call("GET", `${path}/small`, VERSION)).body).toMatchObject({
      stateName: "IDLE",
      connectionStrings: { standardSrv: expect.stringMatching(/^mongodb\+srv:\/\/small\./) },
    });
    const through = await clusterCalls(started).get("small");
    expect(through).toMatchObject({
      status: 400,
      body: { errorCode: "CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API" },
    });
    const protectedOne = await call("PATCH", `${path}/small`, VERSION, {
      terminationProtectionEnabled: true,
    });
    expect(protectedOne.body).toMatchObject({ stateName: "UPDATING", terminationProtectionEnabled: true });
    const refused = await call("DELETE", `${path}/small`, VERSION);
    expect(refused).toMatchObject({
      status: 400,
      body: { errorCode: "ATLAS_GENERAL_ERROR", detail: "termination protection is enabled" },
    });
    await call("PATCH", `${path}/small`, VERSION, { terminationProtectionEnabled: false });
    expect((await call("DELETE", `${path}/small`, VERSION)).status).toBe(204);
    for (const method of ["PATCH", "DELETE"]) {
      expect((await call(method, `${path}/small`, VERSION, {})).body["errorCode"]).toBe(
        "CLUSTER_ALREADY_REQUESTED_DELETION",
      );
    }
    await atlas.clock.settle();
    expect((await call("GET", `${path}/small`, VERSION)).body["errorCode"]).toBe("CLUSTER_NOT_FOUND");
  });

  it("is refused in an unknown region, with a longer body, and where it is none", async () => {
    const started = await start();
    const { call, groupId } = started;
    const path = `/groups/${groupId}/flexClusters`;
    const nowhere = { ...flex, providerSettings: { backingProviderName: "AWS", regionName: "MOON" } };
    expect((await call("POST", path, VERSION, nowhere)).body["errorCode"]).toBe("INVALID_REGION");
    expect((await call("POST", path, VERSION, { ...flex, paused: true })).body["errorCode"]).toBe(
      "INVALID_ATTRIBUTE",
    );
    await clusterCalls(started).create("main");
    expect((await call("GET", `${path}/main`, VERSION)).body["errorCode"]).toBe(
      "CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API",
    );
  });

  it("has data snapshots, and restores them into itself or another", async () => {
    const { atlas, call, groupId } = await start();
    const path = `/groups/${groupId}/flexClusters`;
    await call("POST", path, VERSION, flex);
    await atlas.clock.advance(10_000);
    const list = await call("GET", `${path}/small/backup/snapshots`, VERSION);
    const [snapshot] = list.body["results"] as { id: string; status: string }[];
    const body = { snapshotId: snapshot?.id, targetDeploymentItemName: "small" };
    expect((await call("POST", `${path}/small/backup/restoreJobs`, VERSION, body)).body["errorCode"]).toBe(
      "SNAPSHOT_NOT_READY",
    );
    await atlas.clock.settle();
    expect(
      (await call("GET", `${path}/small/backup/snapshots/${snapshot?.id}`, VERSION)).body["status"],
    ).toBe("COMPLETED");
    const job = await call("POST", `${path}/small/backup/restoreJobs`, VERSION, body);
    expect(job.body).toMatchObject({ status: "QUEUED", deliveryType: "RESTORE", targetProjectId: groupId });
    await atlas.clock.settle();
    const done = await call("GET", `${path}/small/backup/restoreJobs/${job.body["id"]}`, VERSION);
    expect(done.body).toMatchObject({ status: "COMPLETED", restoreFinishedDate: expect.any(String) });
    expect((await call("GET", `${path}/small/backup/restoreJobs`, VERSION)).body["totalCount"]).toBe(1);
    const unknown = { ...body, snapshotId: "0".repeat(24) };
    expect((await call("POST", `${path}/small/backup/restoreJobs`, VERSION, unknown)).body["errorCode"]).toBe(
      "SNAPSHOT_NOT_FOUND",
    );
  });

  it("becomes a dedicated one, with the same name", async () => {
    const started = await start();
    const { atlas, call, groupId } = started;
    await call("POST", `/groups/${groupId}/flexClusters`, VERSION, flex);
    const upgrade = `/groups/${groupId}/flexClusters:tenantUpgrade`;
    const body = clusterNamed("small", { replicationSpecs: [{ regionConfigs: [region()] }] });
    expect((await call("POST", upgrade, VERSION, body)).body["errorCode"]).toBe(
      "TENANT_UPGRADE_NOT_POSSIBLE",
    );
    await atlas.clock.settle();
    expect((await call("POST", upgrade, VERSION, body)).body["stateName"]).toBe("UPDATING");
    await atlas.clock.settle();
    expect((await clusterCalls(started).get("small")).body).toMatchObject({
      stateName: "IDLE",
      backupEnabled: true,
    });
    expect((await call("GET", `/groups/${groupId}/flexClusters`, VERSION)).body["totalCount"]).toBe(0);
  });
});
