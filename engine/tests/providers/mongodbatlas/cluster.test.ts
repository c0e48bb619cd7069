import { describe, expect, it } from "vitest";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { type Json, PROJECT_ID, refusal } from "./fake-atlas.ts";
import { atlas, CLUSTER, cluster, config, expectSettled, stack, useFakeAtlas } from "./fake-atlas-stack.ts";

useFakeAtlas();

describe("a cluster", () => {
  it("is made and waited for, found as it was recorded, changed and deleted", async () => {
    atlas.looks = 3;
    const wanted = cluster({ tags: { env: "prod" }, mongoDbMajorVersion: "8" });
    const created = await stack.create(CLUSTER, wanted);
    expect(stack.slept()).toBe(500 + 1000 + 2000);
    expect(created.id).toBe(`${PROJECT_ID}-c`);
    expect(created.outputs).toMatchObject({
      __meta: '{"schema_version":"2"}',
      clusterId: "5f00000000000000000000cc",
      stateName: "IDLE",
      mongoDbMajorVersion: "8",
      connectionStrings: { standard: "mongodb://c", standardSrv: "mongodb+srv://c", private: "" },
      advancedConfiguration: { javascriptEnabled: true, minimumEnabledTlsProtocol: "TLS1_2" },
      replicationSpecs: [
        {
          containerId: { "AWS:EU_WEST_1": "container-AWS" },
          externalId: "spec-0",
          zoneName: "ZoneName managed by Terraform",
          regionConfigs: [
            { electableSpecs: { instanceSize: "M10", nodeCount: 3, diskIops: 3000, diskSizeGb: 10 } },
          ],
        },
      ],
      deleteOnCreateTimeout: true,
      tags: { env: "prod" },
    });
    expect(created.outputs).not.toHaveProperty("id");
    expect(atlas.called("POST", "/clusters").at(-1)?.body).toMatchObject({
      mongoDBMajorVersion: "8.0",
      tags: [{ key: "env", value: "prod" }],
    });
    await expectSettled(created, wanted);

    const bigger = cluster({ mongoDbMajorVersion: "8", backupEnabled: true }, [
      config({ electableSpecs: { instanceSize: "M30", nodeCount: 3 }, autoScaling: { diskGbEnabled: true } }),
    ]);
    const diff = await stack.diff(created, bigger);
    expect(diff.replaceKeys).toEqual([]);
    expect(diff.detailedDiff).toMatchObject({
      backupEnabled: { kind: "update" },
      "replicationSpecs[0].regionConfigs[0].electableSpecs.instanceSize": { kind: "update" },
      tags: { kind: "delete" },
    });
    const preview = await stack.update(created, bigger, { preview: true });
    expect(preview.outputs).toMatchObject({ backupEnabled: true, clusterId: "5f00000000000000000000cc" });
    const updated = await stack.update(created, bigger);
    const sent = atlas.called("PATCH", "/clusters/c").at(-1)?.body as Json;
    expect(Object.keys(sent).sort()).toEqual(["backupEnabled", "replicationSpecs", "tags"]);
    expect(sent["replicationSpecs"]).toMatchObject([
      {
        id: "spec-0",
        regionConfigs: [
          {
            electableSpecs: { instanceSize: "M30", diskIOPS: 3000 },
            autoScaling: { diskGB: { enabled: true } },
          },
        ],
      },
    ]);
    expect(updated.outputs).toMatchObject({ backupEnabled: true });

    await stack.delete(updated);
    expect(atlas.clusters.size).toBe(0);
    expect(await stack.read(updated)).toBeUndefined();
    await stack.delete(updated);
  });

  it("is replaced under another name, and never for its size", async () => {
    const created = await stack.create(CLUSTER, cluster());
    expect(await stack.diff(created, cluster({ name: "d" }))).toMatchObject({
      replaceKeys: ["name"],
      deleteBeforeReplace: false,
    });
    const moved = await stack.diff(created, cluster({ projectId: "5f00000000000000000000bb" }));
    expect(moved).toMatchObject({ replaceKeys: ["projectId"], deleteBeforeReplace: true });
    const two = await stack.diff(
      created,
      cluster({}, [config(), config({ regionName: "US_EAST_1", priority: 6 })]),
    );
    expect(two.detailedDiff).toMatchObject({ "replicationSpecs[0].regionConfigs[1]": { kind: "add" } });
    expect(two.replaceKeys).toEqual([]);
  });

  it("is paused and resumed by itself, before and after other changes", async () => {
    const created = await stack.create(CLUSTER, cluster({ paused: true }));
    expect(atlas.called("POST", "/clusters").at(-1)?.body).not.toHaveProperty("paused");
    expect(atlas.called("PATCH", "/clusters/c").map(({ body }) => body)).toEqual([{ paused: true }]);
    const resumed = await stack.update(created, cluster({ paused: false, pitEnabled: true }));
    const paused = await stack.update(resumed, cluster({ paused: true, pitEnabled: false }));
    const bodies = atlas.called("PATCH", "/clusters/c").map(({ body }) => body);
    expect(bodies.slice(1)).toEqual([
      { paused: false },
      { pitEnabled: true },
      { pitEnabled: false },
      { paused: true },
    ]);
    expect(paused.outputs["paused"]).toBe(true);
  });

  it("gets its process arguments, its TLS settings and a pinned version", async () => {
    const wanted = cluster({
      advancedConfiguration: { oplogSizeMb: 1000, minimumEnabledTlsProtocol: "TLS1_3" },
      pinnedFcv: { expirationDate: "2026-12-01T00:00:00Z" },
      biConnectorConfig: { enabled: true },
      useEffectiveFields: true,
      labels: { a: "b" },
    });
    const created = await stack.create(CLUSTER, wanted);
    expect(atlas.called("PATCH", "/processArgs").at(-1)?.body).toEqual({ oplogSizeMB: 1000 });
    expect(atlas.called("POST", "/clusters").at(-1)?.body).toMatchObject({
      advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_3" },
      biConnector: { enabled: true },
      labels: [{ key: "a", value: "b" }],
    });
    expect(atlas.calls.at(-1)?.headers["use-effective-instance-fields"]).toBe("true");
    expect(created.outputs).toMatchObject({
      advancedConfiguration: { oplogSizeMb: 1000, minimumEnabledTlsProtocol: "TLS1_3" },
      pinnedFcv: { expirationDate: "2026-12-01T00:00:00Z", version: "8.0" },
      labels: { a: "b" },
    });
    const { pinnedFcv: _, ...rest } = wanted;
    const unpinned = await stack.update(created, rest);
    expect(unpinned.outputs).not.toHaveProperty("pinnedFcv");
    expect(atlas.called("POST", ":unpinFeatureCompatibilityVersion")).toHaveLength(1);
  });

  it("tells its private endpoints, and the container that all regions of Google share", async () => {
    atlas.intercept = ({ method, path }) => {
      const live = atlas.clusters.get("c");
      if (method !== "GET" || !path.endsWith("/clusters/c") || live === undefined) return undefined;
      live["connectionStrings"] = {
        privateEndpoint: [
          { connectionString: "mongodb://p", type: "MONGOD", endpoints: [{ endpointId: "e", region: "r" }] },
        ],
      };
      return undefined;
    };
    const created = await stack.create(
      CLUSTER,
      cluster({}, [config({ providerName: "GCP", regionName: "EUROPE_WEST_2" })]),
    );
    expect(created.outputs).toMatchObject({
      connectionStrings: {
        privateEndpoints: [{ connectionString: "mongodb://p", endpoints: [{ endpointId: "e" }] }],
      },
      replicationSpecs: [{ containerId: { "GCP:EUROPE_WEST_2": "container-GCP" } }],
    });
  });

  it("goes again where it does not get ready in time, or stays and is recorded", async () => {
    atlas.looks = 100_000;
    await expect(stack.create(CLUSTER, cluster({ timeouts: { create: "1h30m" } }))).rejects.toThrow(
      "Error in create: cluster=c didn't reach desired state: IDLE, error: timeout while waiting for state to become 'IDLE' (last state: 'CREATING', timeout: 5400s); it is being deleted",
    );
    expect(stack.slept()).toBe(90 * 60_000);
    expect(atlas.clusters.get("c")?.["stateName"]).toBe("DELETING");
    atlas.clusters.clear();
    const kept = cluster({ deleteOnCreateTimeout: false });
    const failure = await stack.create(CLUSTER, kept, { timeout: 60 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as PartialFailure).outputs).toMatchObject({ stateName: "CREATING", name: "c" });
    expect((failure as PartialFailure).id).toBe(`${PROJECT_ID}-c`);
  });

  it("waits breakdowns out, keeps backups where that is wanted and says what holds it", async () => {
    let looks = 0;
    atlas.intercept = ({ method, path }) => {
      const isLook = method === "GET" && path.endsWith("/clusters/c");
      return isLook && ++looks <= 7 ? { status: 503, body: {} } : undefined;
    };
    const created = await stack.create(CLUSTER, cluster({ retainBackupsEnabled: true }));
    atlas.intercept = ({ method }) =>
      method === "DELETE"
        ? refusal(400, "CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED")
        : undefined;
    await expect(stack.delete(created)).rejects.toThrow(
      /^Error in delete: cluster name: c, API error details: DELETE .*TERMINATION_PROTECTION_ENABLED/,
    );
    expect(atlas.called("DELETE", "/clusters/c").at(-1)?.query.get("retainBackups")).toBe("true");
    atlas.intercept = () => undefined;
    atlas.looks = 100_000;
    const limited = { ...created, outputs: { ...created.outputs, timeouts: { delete: "30s" } } };
    await expect(stack.delete(limited)).rejects.toThrow(
      "timeout while waiting for state to become 'DELETED'",
    );
    await expect(stack.create(CLUSTER, cluster())).rejects.toThrow("DUPLICATE_CLUSTER_NAME");
    atlas.intercept = ({ method }) => (method === "GET" ? refusal(403, "FORBIDDEN") : undefined);
    await expect(stack.read(created)).rejects.toThrow("Error in read");
  });

  it("of the small kinds is refused with the resource to use, and imports need both keys", async () => {
    const flex = cluster({}, [config({ providerName: "FLEX", backingProviderName: "AWS" })]);
    await expect(stack.create(CLUSTER, flex)).rejects.toThrow(/use mongodbatlas.FlexCluster/);
    await stack.create(CLUSTER, cluster());
    const read = await stack.import(CLUSTER, `${PROJECT_ID}-c`);
    expect(read?.inputs).toMatchObject({ name: "c", clusterType: "REPLICASET" });
    await expect(stack.import(CLUSTER, "c")).rejects.toThrow("import format error");
  });
});
