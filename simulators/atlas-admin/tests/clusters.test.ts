import { describe, expect, it } from "vitest";
import { clusterCalls, region, start } from "./atlas-caller.ts";

describe("a cluster", () => {
  it("is made with everything that Atlas adds, and has connection strings once it is ready", async () => {
    const started = await start();
    const clusters = clusterCalls(started);
    const { status, body } = await clusters.create("main", { tags: [{ key: "env", value: "test" }] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: "main",
      stateName: "CREATING",
      connectionStrings: {},
      backupEnabled: false,
      biConnector: { enabled: false, readPreference: "secondary" },
      rootCertType: "ISRGROOTX1",
      versionReleaseSystem: "LTS",
      diskWarmingMode: "FULLY_WARMED",
      encryptionAtRestProvider: "NONE",
      internalClusterRole: "NONE",
      pitEnabled: false,
      paused: false,
      advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_2" },
      mongoDBMajorVersion: "8.0",
      tags: [{ key: "env", value: "test" }],
      replicationSpecs: [
        {
          zoneName: "Zone 1",
          regionConfigs: [
            {
              electableSpecs: { instanceSize: "M10", nodeCount: 3, diskIOPS: 3000, diskSizeGB: 10 },
              readOnlySpecs: { nodeCount: 0 },
              analyticsSpecs: { nodeCount: 0 },
            },
          ],
        },
      ],
    });
    await started.atlas.clock.settle();
    const ready = (await clusters.get("main")).body;
    expect(ready).toMatchObject({ stateName: "IDLE", id: body["id"] });
    expect(ready["connectionStrings"]).toMatchObject({
      standardSrv: expect.stringMatching(/^mongodb\+srv:\/\/main\.[0-9a-f]{6}\.mongodb\.net$/),
      standard: expect.stringMatching(
        /^mongodb:\/\/main-shard-00-00\..*replicaSet=atlas-[0-9a-f]{6}-shard-0$/,
      ),
    });
  });

  it("is ready after sixteen polls, as recorded", async () => {
    const started = await start({ pollStep: 30_000 });
    const clusters = clusterCalls(started);
    await clusters.create("main");
    const states: unknown[] = [];
    while (states.at(-1) !== "IDLE") states.push((await clusters.get("main")).body["stateName"]);
    expect(states.filter((state) => state === "CREATING")).toHaveLength(16);
  });

  it("keeps its ids over a change of its size, and is usable all the while", async () => {
    const started = await start();
    const clusters = clusterCalls(started);
    const before = await clusters.ready("main");
    const bigger = region({ electableSpecs: { instanceSize: "M30", nodeCount: 3 } });
    const { status, body } = await clusters.update("main", {
      replicationSpecs: [{ regionConfigs: [bigger] }],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      stateName: "UPDATING",
      connectionStrings: before["connectionStrings"],
      replicationSpecs: [
        {
          id: (before["replicationSpecs"] as { id: string }[])[0]?.id,
          regionConfigs: [{ effectiveElectableSpecs: { instanceSize: "M30", diskSizeGB: 40 } }],
        },
      ],
    });
    await started.atlas.clock.settle();
    expect((await clusters.get("main")).body["stateName"]).toBe("IDLE");
  });

  it("goes through DELETING and is not found then", async () => {
    const started = await start();
    const clusters = clusterCalls(started);
    await clusters.ready("main");
    expect(await clusters.remove("main")).toMatchObject({ status: 202, value: {} });
    expect((await clusters.get("main")).body["stateName"]).toBe("DELETING");
    expect((await clusters.remove("main")).body["errorCode"]).toBe("CLUSTER_ALREADY_REQUESTED_DELETION");
    expect((await clusters.update("main", { backupEnabled: true })).body["errorCode"]).toBe(
      "CLUSTER_ALREADY_REQUESTED_DELETION",
    );
    await started.atlas.clock.settle();
    expect(await clusters.get("main")).toMatchObject({
      status: 404,
      body: {
        error: 404,
        errorCode: "CLUSTER_NOT_FOUND",
        detail: `No cluster named main exists in group ${started.groupId}.`,
        parameters: ["main", started.groupId],
        reason: "Not Found",
      },
    });
    expect(started.atlas.moves.map(({ from, to }) => [from, to])).toEqual([
      [undefined, "CREATING"],
      ["CREATING", "IDLE"],
      ["IDLE", "DELETING"],
      ["DELETING", "gone"],
    ]);
  });

  it("is protected where it says so", async () => {
    const started = await start();
    const clusters = clusterCalls(started);
    await clusters.ready("main", { terminationProtectionEnabled: true });
    expect((await clusters.remove("main")).body["errorCode"]).toBe(
      "CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED",
    );
    expect((await clusters.get("main")).body["stateName"]).toBe("IDLE");
  });

  it("shares its name with no other, flex or not, and no project has too many", async () => {
    const started = await start();
    const { call, groupId } = started;
    const clusters = clusterCalls(started);
    await clusters.create("main");
    expect(await clusters.create("main")).toMatchObject({
      status: 400,
      body: { errorCode: "DUPLICATE_CLUSTER_NAME" },
    });
    const flex = { name: "main", providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" } };
    const taken = await call("POST", `/groups/${groupId}/flexClusters`, "2024-11-13", flex);
    expect(taken.body["errorCode"]).toBe("DUPLICATE_CLUSTER_NAME");
    expect((await clusters.create("no_underscores")).body["errorCode"]).toBe("INVALID_CLUSTER_NAME");
    const limit = `/groups/${groupId}/limits/atlas.project.deployment.clusters`;
    expect(await call("PATCH", limit, "2023-01-01", { value: 1 })).toMatchObject({
      status: 200,
      body: { value: 1 },
    });
    expect((await clusters.create("second")).body["errorCode"]).toBe("CLUSTER_LIMIT_REACHED");
  });

  it.each([
    [
      "two specs of a replica set",
      { replicationSpecs: [{ regionConfigs: [region()] }, { regionConfigs: [region()] }] },
    ],
    ["an unknown region", { replicationSpecs: [{ regionConfigs: [region({ regionName: "MOON_1" })] }] }],
    [
      "an unknown tier",
      {
        replicationSpecs: [
          { regionConfigs: [region({ electableSpecs: { instanceSize: "M11", nodeCount: 3 } })] },
        ],
      },
    ],
    [
      "an even number of nodes",
      {
        replicationSpecs: [
          { regionConfigs: [region({ electableSpecs: { instanceSize: "M10", nodeCount: 4 } })] },
        ],
      },
    ],
    ["a first priority that is not 7", { replicationSpecs: [{ regionConfigs: [region({ priority: 6 })] }] }],
    [
      "priorities that do not descend",
      {
        replicationSpecs: [
          {
            regionConfigs: [
              region(),
              region({ regionName: "EU_WEST_2", electableSpecs: { instanceSize: "M10", nodeCount: 2 } }),
            ],
          },
        ],
      },
    ],
    [
      "two sizes in a shard",
      {
        replicationSpecs: [
          {
            regionConfigs: [
              region(),
              region({ priority: 6, electableSpecs: { instanceSize: "M20", nodeCount: 2 } }),
            ],
          },
        ],
      },
    ],
    [
      "a flex provider",
      {
        replicationSpecs: [{ regionConfigs: [region({ providerName: "FLEX", backingProviderName: "AWS" })] }],
      },
    ],
    [
      "auto-scaling without an end",
      { replicationSpecs: [{ regionConfigs: [region({ autoScaling: { compute: { enabled: true } } })] }] },
    ],
    [
      "scaling down without an end",
      {
        replicationSpecs: [
          {
            regionConfigs: [
              region({
                autoScaling: { compute: { enabled: true, maxInstanceSize: "M20", scaleDownEnabled: true } },
              }),
            ],
          },
        ],
      },
    ],
    ["an unknown version", { mongoDBMajorVersion: "9.9" }],
  ])("is refused with %s", async (_, more) => {
    const clusters = clusterCalls(await start());
    const { status, body } = await clusters.create("main", more);
    expect([
      status,
      ["INVALID_CLUSTER_CONFIGURATION", "INVALID_REGION"].includes(String(body["errorCode"])),
    ]).toEqual([400, true]);
    expect((await clusters.get("main")).status).toBe(404);
  });

  it("goes from one version to the next and never further", async () => {
    const started = await start();
    const clusters = clusterCalls(started);
    await clusters.ready("main", { mongoDBMajorVersion: "6.0" });
    expect((await clusters.update("main", { mongoDBMajorVersion: "8.0" })).body["errorCode"]).toBe(
      "INVALID_VERSION_CHANGE",
    );
    expect((await clusters.update("main", { mongoDBMajorVersion: "7" })).body).toMatchObject({
      mongoDBMajorVersion: "7.0",
      featureCompatibilityVersion: "7.0",
    });
    expect((await clusters.update("main", { mongoDBMajorVersion: "6.0" })).body["errorCode"]).toBe(
      "INVALID_VERSION_CHANGE",
    );
    const continuous = await clusters.update("main", { versionReleaseSystem: "CONTINUOUS" });
    expect(continuous.body).toMatchObject({ mongoDBMajorVersion: "8.2", mongoDBVersion: "8.2.2" });
  });

  it("is paused and resumed by changes of their own", async () => {
    const { atlas, ...rest } = await start();
    const clusters = clusterCalls({ atlas, ...rest });
    await clusters.ready("main");
    const codeOf = async (change: { [key: string]: boolean }) =>
      (await clusters.update("main", change)).body["errorCode"];
    expect(await codeOf({ paused: true, backupEnabled: true })).toBe("CANNOT_UPDATE_AND_PAUSE_CLUSTER");
    expect(await codeOf({ paused: true })).toBeUndefined();
    await atlas.clock.settle();
    expect(await codeOf({ backupEnabled: true })).toBe("CANNOT_UPDATE_PAUSED_CLUSTER");
    expect(await codeOf({ paused: false, backupEnabled: true })).toBe("CANNOT_UPDATE_PAUSED_CLUSTER");
    expect(await codeOf({ paused: false })).toBeUndefined();
    expect(await codeOf({ paused: true })).toBe("CANNOT_PAUSE_RECENTLY_RESUMED_CLUSTER");
    await atlas.clock.advance(3_600_000);
    expect(await codeOf({ paused: true })).toBeUndefined();
  });

  it("has process arguments and a version that can be pinned", async () => {
    const started = await start();
    const { atlas, call, groupId } = started;
    const clusters = clusterCalls(started);
    await clusters.ready("main");
    const args = `/groups/${groupId}/clusters/main/processArgs`;
    expect((await call("GET", args, "2024-08-05")).body).toMatchObject({
      oplogSizeMB: null,
      javascriptEnabled: true,
    });
    const change = { oplogSizeMB: 2000, minimumEnabledTlsProtocol: "TLS1_3" };
    expect((await call("PATCH", args, "2024-08-05", change)).body).toMatchObject(change);
    expect((await clusters.get("main")).body).toMatchObject({
      stateName: "UPDATING",
      advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_3" },
    });
    const verb = (name: string) => `/groups/${groupId}/clusters/main:${name}FeatureCompatibilityVersion`;
    const expirationDate = "2026-03-01T00:00:00Z";
    expect((await call("POST", verb("pin"), "2024-05-30", { expirationDate })).status).toBe(204);
    expect((await clusters.get("main")).body["featureCompatibilityVersionExpirationDate"]).toBe(
      expirationDate,
    );
    await clusters.update("main", { versionReleaseSystem: "CONTINUOUS" });
    expect((await clusters.get("main")).body).toMatchObject({
      mongoDBMajorVersion: "8.2",
      featureCompatibilityVersion: "8.0",
    });
    expect((await call("POST", verb("unpin"), "2024-05-30")).status).toBe(204);
    await atlas.clock.settle();
    const unpinned = (await clusters.get("main")).body;
    expect(unpinned).toMatchObject({ featureCompatibilityVersion: "8.2", stateName: "IDLE" });
    expect(unpinned).not.toHaveProperty("featureCompatibilityVersionExpirationDate");
  });

  it("of the free tier is small and ready as any other", async () => {
    const started = await start();
    const tenant = region({
      providerName: "TENANT",
      backingProviderName: "AWS",
      electableSpecs: { instanceSize: "M0" },
    });
    const cluster = await clusterCalls(started).ready("free", {
      replicationSpecs: [{ regionConfigs: [tenant] }],
    });
    expect(cluster).not.toHaveProperty("advancedConfiguration");
    expect(cluster["replicationSpecs"]).toMatchObject([
      { regionConfigs: [{ electableSpecs: { diskSizeGB: 0.5 } }] },
    ]);
  });
});

describe("a list of clusters", () => {
  it("comes in pages", async () => {
    const started = await start();
    const { call, groupId } = started;
    const clusters = clusterCalls(started);
    for (const name of ["a", "b", "c"]) await clusters.create(name);
    const page = (query: string) => call("GET", `/groups/${groupId}/clusters?${query}`, "2024-08-05");
    const names = ({ body }: { body: { [key: string]: unknown } }) =>
      (body["results"] as { name: string }[]).map(({ name }) => name);
    const second = await page("itemsPerPage=2&pageNum=2");
    expect(names(second)).toEqual(["c"]);
    expect(second.body["totalCount"]).toBe(3);
    expect(second.body["links"]).toMatchObject([{ rel: "self" }, { rel: "previous" }]);
    expect((await page("itemsPerPage=2")).body["links"]).toMatchObject([{ rel: "self" }, { rel: "next" }]);
    expect((await page("includeCount=false")).body).not.toHaveProperty("totalCount");
    for (const query of ["pageNum=0", "itemsPerPage=x", "itemsPerPage=501"])
      expect((await page(query)).status).toBe(400);
  });
});
