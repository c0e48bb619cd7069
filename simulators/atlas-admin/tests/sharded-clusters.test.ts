import { describe, expect, it } from "vitest";
import type { Json } from "../json.ts";
import { clusterCalls, region, start } from "./atlas-caller.ts";

const spec = (zoneName: string, instanceSize = "M10"): Json => ({
  zoneName,
  regionConfigs: [region({ electableSpecs: { instanceSize, nodeCount: 3 } })],
});

describe("a sharded cluster", () => {
  it("has a spec for each shard, and zones by name", async () => {
    const started = await start();
    const replicationSpecs = [spec("a"), spec("a"), spec("b")];
    const cluster = await clusterCalls(started).ready("big", { clusterType: "GEOSHARDED", replicationSpecs });
    const zones = (cluster["replicationSpecs"] as { zoneId: string }[]).map(({ zoneId }) => zoneId);
    expect(new Set(zones).size).toBe(2);
    expect(cluster).toMatchObject({
      configServerType: "DEDICATED",
      configServerManagementMode: "ATLAS_MANAGED",
    });
  });

  it("shows older versions a spec for each zone, as long as its shards are alike", async () => {
    const started = await start();
    const { call, groupId } = started;
    const clusters = clusterCalls(started);
    const replicationSpecs = [spec("a"), spec("a"), spec("b")];
    await clusters.ready("big", { clusterType: "GEOSHARDED", replicationSpecs });
    const path = `/groups/${groupId}/clusters/big`;
    const older = await call("GET", path, "2023-02-01");
    expect(older.body).toMatchObject({
      diskSizeGB: 10,
      replicationSpecs: [{ numShards: 2 }, { numShards: 1 }],
    });
    expect(JSON.stringify(older.body["replicationSpecs"])).not.toMatch(/zoneId|diskSizeGB|effective/);
    await clusters.update("big", { replicationSpecs: [spec("a"), spec("a", "M20"), spec("b")] });
    expect(await call("GET", path, "2023-02-01")).toMatchObject({
      status: 400,
      body: { errorCode: "ASYMMETRIC_SHARD_UNSUPPORTED" },
    });
    expect((await call("GET", path, "2024-08-05")).status).toBe(200);
    const args = await call("GET", `${path}/processArgs`, "2023-01-01");
    expect(args.body).toMatchObject({ defaultReadConcern: null, failIndexKeyTooLong: null });
  });
});
