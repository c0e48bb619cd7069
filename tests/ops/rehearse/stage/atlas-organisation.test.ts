import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AtlasOrganisation } from "../../../../ops/rehearse/stage/atlas-organisation.ts";
import { type AtlasAdmin, startAtlasAdmin } from "../../../../simulators/atlas-admin/start-atlas-admin.ts";
import { callerOf, clusterNamed } from "../../../../simulators/atlas-admin/tests/atlas-caller.ts";

let atlas: AtlasAdmin;
let organisation: AtlasOrganisation;
beforeEach(async () => {
  atlas = await startAtlasAdmin({ pollStep: 600_000 });
  const { url, clientId, clientSecret } = atlas;
  organisation = new AtlasOrganisation({ url, clientId, clientSecret });
});
afterEach(() => atlas.close());

async function makeCluster(): Promise<void> {
  const call = callerOf(atlas.url, `Bearer ${atlas.accessToken}`);
  const project = { name: "trials", orgId: atlas.organisationId };
  const { body } = await call("POST", "/groups", "2023-01-01", project);
  const cluster = clusterNamed("main", { backupEnabled: true });
  await call("POST", `/groups/${String(body["id"])}/clusters`, "2024-10-23", cluster);
  await atlas.clock.settle();
}

describe("AtlasOrganisation", () => {
  it("tells the states of all clusters", async () => {
    expect(await organisation.clusterStates()).toEqual([]);
    await makeCluster();
    expect(await organisation.clusterStates()).toEqual(["IDLE"]);
  });

  it("takes a data snapshot and restores it", async () => {
    await makeCluster();
    const snapshot = await organisation.takeSnapshot("before the release");
    expect(snapshot).toMatch(/^[0-9a-f]{24}$/);
    await organisation.restoreSnapshot(snapshot);
    expect(await organisation.clusterStates()).toEqual(["IDLE"]);
  });

  it("does not take a failed data snapshot for one", async () => {
    await makeCluster();
    atlas.faults.add({ kind: "divert", machine: "snapshots", from: "inProgress", to: "failed", times: 1 });
    await expect(organisation.takeSnapshot("fails")).rejects.toThrow("the data snapshot of main failed");
  });

  it("says what is missing", async () => {
    await expect(organisation.takeSnapshot("none")).rejects.toThrow("there is no document cluster");
    await makeCluster();
    await expect(organisation.storeUrl()).rejects.toThrow(/no store stands behind main\..*\.mongodb\.net/);
    await expect(organisation.restoreSnapshot("0".repeat(24))).rejects.toThrow(
      /Atlas answers POST .*restoreJobs with 4\d\d/,
    );
  });

  it("says when Atlas does not let it in", async () => {
    const stranger = new AtlasOrganisation({ url: atlas.url, clientId: "nobody", clientSecret: "wrong" });
    await expect(stranger.clusterStates()).rejects.toThrow("Atlas hands out no token (401)");
  });

  it("passes on what Atlas answers", async () => {
    await organisation.clusterStates();
    atlas.faults.add({ kind: "answer", status: 503, times: 1 });
    await expect(organisation.clusterStates()).rejects.toThrow("Atlas answers GET /groups with 503");
  });
});
