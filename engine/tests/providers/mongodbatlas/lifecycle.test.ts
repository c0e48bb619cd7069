import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { computed, type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { type AtlasStack, atlasStack, type Recorded } from "./atlas-stack.ts";
import { FakeAtlas, type Json, PROJECT_ID, refusal } from "./fake-atlas.ts";

const PROJECT = "mongodbatlas:index/project:Project";
const USER = "mongodbatlas:index/databaseUser:DatabaseUser";
const ENTRY = "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const FLEX = "mongodbatlas:index/flexCluster:FlexCluster";

let atlas: FakeAtlas;
let stack: AtlasStack;

beforeEach(async () => {
  atlas = new FakeAtlas();
  await atlas.start();
  stack = await atlasStack({ baseUrl: atlas.baseUrl, accessToken: "good" });
});

afterEach(async () => {
  await stack.provider.close();
  await atlas.stop();
  expect(atlas.unknown).toEqual([]);
});

/** What a refresh finds equals what is recorded, and the same program changes nothing. */
async function expectSettled(recorded: Recorded, news: PropertyMap): Promise<void> {
  const read = await stack.read(recorded);
  expect(read).toEqual({ id: recorded.id, inputs: recorded.inputs, outputs: recorded.outputs });
  expect((await stack.diff(recorded, news)).changes).toBe("none");
}

describe("a project", () => {
  const news = { orgId: "5f0000000000000000000001", name: "corpus" };

  it("is made with its settings, found as it was recorded, changed and deleted", async () => {
    const wanted = { ...news, isDataExplorerEnabled: false, tags: { team: "a" } };
    const created = await stack.create(PROJECT, wanted);
    expect(created.id).toBe(PROJECT_ID);
    expect(created.outputs).toMatchObject({
      id: PROJECT_ID,
      name: "corpus",
      isDataExplorerEnabled: false,
      isSlowOperationThresholdingEnabled: false,
      ipAddresses: { services: { clusters: [{ clusterName: "c", inbounds: ["192.0.2.1"], outbounds: [] }] } },
      withDefaultAlertsSettings: true,
      tags: { team: "a" },
      teams: [],
      limits: [],
    });
    await expectSettled(created, wanted);

    const changed = { ...news, name: "renamed", isSlowOperationThresholdingEnabled: true };
    const diff = await stack.diff(created, changed);
    expect(diff.detailedDiff).toMatchObject({ name: { kind: "update" }, tags: { kind: "delete" } });
    const updated = await stack.update(created, changed);
    expect(updated.outputs).toMatchObject({ name: "renamed", isSlowOperationThresholdingEnabled: true });
    expect(updated.outputs).not.toHaveProperty("tags");
    const off = await stack.update(updated, { ...changed, isSlowOperationThresholdingEnabled: false });
    expect(off.outputs["isSlowOperationThresholdingEnabled"]).toBe(false);

    await stack.delete(off);
    expect(atlas.projects.size).toBe(0);
    expect(await stack.read(off)).toBeUndefined();
    await stack.delete(off);
  });

  it("gets a name of its own where the program gives none", async () => {
    const { outputs, ...created } = await stack.create(PROJECT, { orgId: "o" });
    expect(outputs["name"]).toMatch(/^thing-[0-9a-f]{7}$/);
    const moved = await stack.diff({ ...created, outputs }, { orgId: "other" });
    expect(moved).toMatchObject({ replaceKeys: ["orgId"], deleteBeforeReplace: false });
  });

  it("is replaced in another organisation, the old one first where the name is the program's", async () => {
    const created = await stack.create(PROJECT, news);
    const diff = await stack.diff(created, { ...news, orgId: "other" });
    expect(diff).toMatchObject({
      replaceKeys: ["orgId"],
      deleteBeforeReplace: true,
      detailedDiff: { orgId: { kind: "update-replace" } },
    });
  });

  it("refuses what counts at its creation only", async () => {
    const created = await stack.create(PROJECT, news);
    await expect(stack.diff(created, { ...news, withDefaultAlertsSettings: false })).rejects.toThrow(
      "withDefaultAlertsSettings cannot be updated or set after import, remove it from the configuration or use the state value (see below).: The current state value is true",
    );
    const owned = await stack.create(PROJECT, { orgId: "o", name: "owned", projectOwnerId: "u1" });
    expect(atlas.called("POST", "/groups").at(-1)?.query.get("projectOwnerId")).toBe("u1");
    expect(owned.outputs["projectOwnerId"]).toBe("u1");
  });

  it("keeps its teams and limits as the program says, in any order", async () => {
    const team = (teamId: string, ...roleNames: string[]) => ({ teamId, roleNames });
    const limit = (name: string, value: number) => ({ name, value });
    const wanted = {
      ...news,
      teams: [team("t1", "A", "B"), team("t2", "A")],
      limits: [limit("a", 1), limit("b", 1)],
    };
    const created = await stack.create(PROJECT, wanted);
    expect(created.outputs["limits"]).toMatchObject([
      { name: "a", value: 1, maximumLimit: 9 },
      { name: "b" },
    ]);
    const turned = { ...news, teams: [...wanted.teams].reverse(), limits: [...wanted.limits].reverse() };
    expect((await stack.diff(created, turned)).changes).toBe("none");

    const changed = {
      ...news,
      teams: [team("t1", "C"), team("t3", "A")],
      limits: [limit("a", 2), limit("c", 1)],
    };
    expect((await stack.diff(created, changed)).changedKeys).toEqual(["limits", "teams"]);
    const updated = await stack.update(created, changed);
    expect(updated.outputs).toMatchObject({
      teams: [{ teamId: "t1", roleNames: ["C"] }, { teamId: "t3" }],
      limits: [{ name: "a", value: 2 }, { name: "c" }],
    });
    atlas.intercept = ({ method, path }) =>
      method === "DELETE" && path.includes("/teams/") ? refusal(401, "USER_UNAUTHORIZED") : undefined;
    await stack.update(updated, news);
    atlas.intercept = ({ method, path }) =>
      method === "DELETE" && path.includes("/teams/") ? refusal(400, "OTHER") : undefined;
    await expect(stack.update(updated, news)).rejects.toThrow(
      /error in project teams update: DELETE .*OTHER/,
    );
  });

  it("is taken away again where its settings fail, and tells a taken name", async () => {
    atlas.intercept = ({ method, path }) =>
      method === "PATCH" && path.endsWith("/settings") ? refusal(400, "BAD") : undefined;
    const wanted = { ...news, isDataExplorerEnabled: false };
    await expect(stack.create(PROJECT, wanted)).rejects.toThrow("error in project settings update");
    expect(atlas.projects.size).toBe(0);
    atlas.intercept = () => undefined;
    await stack.create(PROJECT, news);
    await expect(stack.create(PROJECT, news)).rejects.toThrow(
      /error creating project: corpus: POST http:.*\/groups: HTTP 409 .*\(Error code: "GROUP_ALREADY_EXISTS"\) Detail: the name is taken Reason: Refused\. Params: \[corpus\]/,
    );
  });

  it("waits for clusters that are going before it is deleted, and says what holds it", async () => {
    const created = await stack.create(PROJECT, news);
    atlas.clusters.set("c", { stateName: "DELETING" });
    let looks = 0;
    atlas.intercept = ({ method, path }) => {
      if (method === "GET" && path.endsWith("/clusters") && ++looks === 3) atlas.clusters.clear();
      return method === "DELETE" && looks < 3
        ? refusal(409, "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS")
        : undefined;
    };
    await stack.delete(created);
    expect(stack.slept()).toBe(60_000);
    const again = await stack.create(PROJECT, news);
    atlas.intercept = ({ method }) =>
      method === "DELETE" ? refusal(409, "CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS") : undefined;
    await expect(stack.delete(again)).rejects.toThrow(
      /error when destroying resource: error deleting project \(5f00000000000000000000aa\): DELETE/,
    );
    atlas.intercept = ({ method }) => (method === "GET" ? refusal(403, "FORBIDDEN") : undefined);
    await expect(stack.read(again)).rejects.toThrow("error when getting project from Atlas");
  });

  it("is imported as a program would have written it", async () => {
    await stack.create(PROJECT, { ...news, tags: { a: "b" } });
    const read = await stack.import(PROJECT, PROJECT_ID);
    expect(read?.inputs).toMatchObject({ ...news, tags: { a: "b" }, isDataExplorerEnabled: true });
    expect(read?.inputs).not.toHaveProperty("clusterCount");
  });
});

describe("a database user", () => {
  const news = {
    projectId: PROJECT_ID,
    username: "u/1",
    authDatabaseName: "admin",
    password: new Secret("pw"),
    roles: [{ roleName: "read", databaseName: "db" }],
    scopes: [{ name: "c", type: "CLUSTER" }],
  };

  it("is made, found, changed and deleted, and its password stays secret", async () => {
    const created = await stack.create(USER, news);
    expect(created.outputs).toMatchObject({
      username: "u/1",
      awsIamType: "NONE",
      x509Type: "NONE",
      labels: [],
      roles: [{ roleName: "read", databaseName: "db" }],
      password: new Secret("pw"),
    });
    expect(Buffer.from(created.id.split(":")[0] ?? "", "base64").toString()).toBe("auth_database_name");
    await expectSettled(created, news);

    const described = { ...news, description: "d", labels: [{ key: "k", value: "v" }] };
    const second = await stack.update(created, described);
    expect(atlas.called("PATCH", "/databaseUsers/admin/u%2F1").at(-1)?.body).not.toHaveProperty("password");
    expect(second.outputs).toMatchObject({ description: "d", labels: [{ key: "k", value: "v" }] });
    const third = await stack.update(second, { ...news, password: new Secret("other") });
    expect(atlas.called("PATCH", "/databaseUsers/admin/u%2F1").at(-1)?.body).toMatchObject({
      password: "other",
      description: "",
    });
    expect(third.outputs["password"]).toEqual(new Secret("other"));
    expect(third.outputs).not.toHaveProperty("description");

    await stack.delete(third);
    expect(await stack.read(third)).toBeUndefined();
    await stack.delete(third);
  });

  it("keeps a password that is not recorded out of the state, and sends it by its version", async () => {
    const { password: _, ...rest } = news;
    const secret = { ...rest, passwordWo: new Secret("hidden"), passwordWoVersion: 1 };
    const created = await stack.create(USER, secret);
    expect(created.outputs).not.toHaveProperty("passwordWo");
    expect(created.outputs["passwordWoVersion"]).toBe(1);
    expect(atlas.called("POST", "/databaseUsers").at(-1)?.body).toMatchObject({ password: "hidden" });
    expect((await stack.diff(created, secret)).changes).toBe("none");
    await stack.update(created, { ...secret, description: "d" });
    expect(atlas.called("PATCH", "u%2F1").at(-1)?.body).not.toHaveProperty("password");
    await stack.update(created, { ...secret, passwordWo: new Secret("next"), passwordWoVersion: 2 });
    expect(atlas.called("PATCH", "u%2F1").at(-1)?.body).toMatchObject({ password: "next" });
  });

  it("is replaced under another name, and its roles change in place", async () => {
    const created = await stack.create(USER, news);
    const renamed = await stack.diff(created, { ...news, username: "v" });
    expect(renamed).toMatchObject({ replaceKeys: ["username"], deleteBeforeReplace: false });
    const roles = [
      { roleName: "readWrite", databaseName: "db" },
      { roleName: "read", databaseName: "db" },
    ];
    const diff = await stack.diff(created, { ...news, roles });
    expect(diff.detailedDiff).toEqual({ "roles[0]": { kind: "add", inputDiff: false } });
    const gone = await stack.diff(created, { ...news, scopes: [{ name: "other", type: "CLUSTER" }] });
    expect(gone.detailedDiff).toEqual({ "scopes[0]": { kind: "update", inputDiff: false } });
    expect((await stack.diff(created, { ...news, scopes: [] }, ["scopes"])).changes).toBe("none");
  });

  it("is imported by the ids that people write", async () => {
    await stack.create(USER, news);
    for (const id of [`${PROJECT_ID}-u/1-admin`, `${PROJECT_ID}/u/1/admin`]) {
      const read = await stack.import(USER, id);
      expect(read?.inputs).toMatchObject({ username: "u/1", roles: [{ roleName: "read" }] });
    }
    await expect(stack.import(USER, "nonsense")).rejects.toThrow("import format error");
  });

  it("tells which part failed", async () => {
    const created = await stack.create(USER, news);
    atlas.intercept = () => refusal(400, "BAD", "no", ["x", "y"]);
    await expect(stack.create(USER, news)).rejects.toThrow("error during database user creation: POST");
    await expect(stack.read(created)).rejects.toThrow("error getting database user information: GET");
    await expect(stack.update(created, { ...news, description: "d" })).rejects.toThrow(
      "error during database user update",
    );
    await expect(stack.delete(created)).rejects.toThrow("error when destroying the database user resource");
    expect(stack.told.at(-1)?.message).toMatch(
      /^\[ERROR\] DELETE .*: error when destroying the database user resource$/,
    );
  });
});

describe("an entry of the access list", () => {
  const news = { projectId: PROJECT_ID, cidrBlock: "10.0.0.0/8" };

  it("is made, waited for, found and deleted", async () => {
    atlas.looks = 2;
    const created = await stack.create(ENTRY, { ...news, comment: "ours" });
    expect(created.outputs).toMatchObject({
      cidrBlock: "10.0.0.0/8",
      ipAddress: "",
      awsSecurityGroup: "",
      comment: "ours",
    });
    expect(stack.slept()).toBe(4000);
    await expectSettled(created, { ...news, comment: "ours" });
    expect((await stack.diff(created, { ...news, comment: "theirs" })).replaceKeys).toEqual(["comment"]);
    const limited = await stack.update(created, { ...news, comment: "ours", timeouts: { delete: "5m" } });
    expect(limited.outputs["timeouts"]).toEqual({ delete: "5m" });
    await stack.delete(limited);
    expect(await stack.read(limited)).toBeUndefined();
    await stack.delete(limited);
  });

  it("is given up where it does not show up, and needs something to allow", async () => {
    atlas.looks = 1000;
    await expect(stack.create(ENTRY, news, { timeout: 10 })).rejects.toThrow(
      /error creating Project IP Access List information: GET .*NOT_YET/,
    );
    await expect(stack.create(ENTRY, { projectId: PROJECT_ID })).rejects.toThrow(
      "validation error: cidr_block, ip_address or aws_security_group needs to contain a value",
    );
  });

  it("is imported by project and entry", async () => {
    await stack.create(ENTRY, { projectId: PROJECT_ID, ipAddress: "192.0.2.1" });
    const read = await stack.import(ENTRY, `${PROJECT_ID}-192.0.2.1`);
    expect(read?.inputs).toEqual({ projectId: PROJECT_ID, ipAddress: "192.0.2.1" });
    await expect(stack.import(ENTRY, "nonsense")).rejects.toThrow("import format error");
    atlas.intercept = () => refusal(403, "FORBIDDEN");
    await expect(stack.import(ENTRY, `${PROJECT_ID}-192.0.2.1`)).rejects.toThrow(
      "error getting project ip access list",
    );
    const entry = { type: ENTRY, id: read?.id ?? "", inputs: {}, outputs: read?.outputs ?? {} };
    await expect(stack.delete(entry)).rejects.toThrow("error deleting Project IP Access List information");
  });
});

const config = (changed: PropertyMap = {}): PropertyMap => ({
  providerName: "AWS",
  regionName: "EU_WEST_1",
  priority: 7,
  electableSpecs: { instanceSize: "M10", nodeCount: 3 },
  ...changed,
});

const cluster = (changed: PropertyMap = {}, regions: readonly PropertyMap[] = [config()]): PropertyMap => ({
  projectId: PROJECT_ID,
  name: "c",
  clusterType: "REPLICASET",
  replicationSpecs: [{ regionConfigs: regions }],
  ...changed,
});

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

describe("a flex cluster", () => {
  const news = {
    projectId: PROJECT_ID,
    name: "f",
    providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
  };

  it("is made and waited for, found, changed and deleted", async () => {
    atlas.looks = 2;
    const created = await stack.create(FLEX, { ...news, tags: { a: "b" } });
    expect(stack.slept()).toBe(500 + 1000);
    expect(created.outputs).toMatchObject({
      id: "5f00000000000000000000cc",
      stateName: "IDLE",
      mongoDbVersion: "8.0.4",
      providerSettings: { backingProviderName: "AWS", diskSizeGb: 5, providerName: "FLEX" },
      connectionStrings: { standard: "mongodb://c" },
    });
    await expectSettled(created, { ...news, tags: { a: "b" } });
    const updated = await stack.update(created, { ...news, terminationProtectionEnabled: true });
    expect(updated.outputs).toMatchObject({ terminationProtectionEnabled: true });
    expect(updated.outputs).not.toHaveProperty("tags");
    const same = await stack.update(updated, {
      ...news,
      terminationProtectionEnabled: true,
      timeouts: { update: "1m" },
    });
    expect(atlas.called("PATCH", "/flexClusters/f")).toHaveLength(1);
    await stack.delete(same);
    expect(await stack.read(same)).toBeUndefined();
    await stack.delete(same);
  });

  it("refuses another name, project or place", async () => {
    const created = await stack.create(FLEX, news);
    await expect(stack.diff(created, { ...news, name: "g" })).rejects.toThrow("name cannot be updated");
    const moved = { ...news, providerSettings: { backingProviderName: "AWS", regionName: "US_EAST_1" } };
    await expect(stack.diff(created, moved)).rejects.toThrow("providerSettings.regionName cannot be updated");
  });

  it("goes again where it does not get ready in time, or stays and is recorded", async () => {
    atlas.looks = 1000;
    await expect(stack.create(FLEX, news, { timeout: 9 })).rejects.toThrow(
      /^error creating flex cluster: timeout while waiting.*: Name: f, Project ID: /,
    );
    expect(atlas.clusters.get("f")?.["stateName"]).toBe("DELETING");
    atlas.clusters.clear();
    const kept = stack.create(FLEX, { ...news, deleteOnCreateTimeout: false }, { timeout: 9 });
    await expect(kept).rejects.toBeInstanceOf(PartialFailure);
  });

  it("is imported by project and name, and tells which part failed", async () => {
    const created = await stack.create(FLEX, news);
    expect((await stack.import(FLEX, `${PROJECT_ID}-f`))?.inputs).toMatchObject({ name: "f" });
    await expect(stack.import(FLEX, "f")).rejects.toThrow("import format error");
    atlas.intercept = () => refusal(400, "BAD");
    await expect(stack.read(created)).rejects.toThrow(`error reading flex cluster (${PROJECT_ID}): f: GET`);
    const changed = { ...news, terminationProtectionEnabled: true };
    await expect(stack.update(created, changed)).rejects.toThrow("error updating flex cluster: f: PATCH");
    await expect(stack.delete(created)).rejects.toThrow(
      `error deleting a flex cluster (${PROJECT_ID}): f: DELETE`,
    );
  });
});

describe("a preview", () => {
  it("does not call Atlas, and keeps secrets and unknowns apart", async () => {
    const user = await stack.preview(USER, {
      projectId: computed,
      username: "u",
      authDatabaseName: "admin",
      password: new Secret("pw"),
      roles: [{ roleName: "read", databaseName: "db" }],
    });
    expect(user).toMatchObject({ projectId: computed, password: new Secret("pw"), id: computed });
    expect(atlas.calls).toEqual([]);
  });
});

describe("an interrupted create", () => {
  const project = { orgId: "o", name: "corpus", isDataExplorerEnabled: false };
  const user = {
    projectId: PROJECT_ID,
    username: "u",
    authDatabaseName: "admin",
    password: new Secret("pw"),
    roles: [{ roleName: "read", databaseName: "db" }],
  };
  const flex = {
    projectId: PROJECT_ID,
    name: "f",
    providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
  };
  const paused = cluster({ paused: true, advancedConfiguration: { oplogSizeMb: 1000 } });

  it.each([
    ["a project", PROJECT, project],
    ["a user", USER, user],
    ["a cluster", CLUSTER, paused],
    ["a flex cluster", FLEX, flex],
  ])("of %s is found as the create would have answered, and not made twice", async (_, type, news) => {
    expect(await stack.findInterrupted(type, news)).toEqual({ kind: "absent" });
    const created = await stack.create(type, news);
    for (const preview of [true, false]) {
      const found = await stack.findInterrupted(type, news, preview);
      expect(found).toEqual({ kind: "found", id: created.id, outputs: created.outputs });
    }
  });

  it("is brought to its end: waited for, paused and set", async () => {
    atlas.looks = 4;
    atlas.intercept = ({ method, path }) => {
      // The connection breaks once the cluster is begun.
      if (method !== "GET" || !path.endsWith("/clusters/c")) return undefined;
      return stack.slept() === 0 ? refusal(400, "BROKEN") : undefined;
    };
    await expect(stack.create(CLUSTER, paused)).rejects.toThrow("BROKEN");
    atlas.intercept = () => undefined;
    const found = await stack.findInterrupted(CLUSTER, paused);
    expect(found).toMatchObject({
      kind: "found",
      outputs: { stateName: "IDLE", paused: true, advancedConfiguration: { oplogSizeMb: 1000 } },
    });
    const pinned = cluster({ pinnedFcv: { expirationDate: "2026-12-01T00:00:00Z" } });
    expect(await stack.findInterrupted(CLUSTER, pinned)).toMatchObject({
      outputs: { pinnedFcv: { version: "8.0" } },
    });
  });

  it("is left to a person where something else has its name", async () => {
    await stack.create(CLUSTER, cluster({ backupEnabled: true }));
    expect(await stack.findInterrupted(CLUSTER, cluster({ backupEnabled: false }))).toEqual({
      kind: "unknown",
    });
    atlas.intercept = () => refusal(403, "FORBIDDEN");
    await expect(stack.findInterrupted(PROJECT, project)).rejects.toThrow("FORBIDDEN");
  });

  it("of an access list's entry is done again without harm", async () => {
    const entry = { projectId: PROJECT_ID, cidrBlock: "10.0.0.0/8" };
    expect(await stack.findInterrupted(ENTRY, entry)).toEqual({ kind: "absent" });
  });
});
