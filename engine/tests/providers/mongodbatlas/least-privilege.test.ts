import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type AtlasAdmin, startAtlasAdmin } from "../../../../simulators/atlas-admin/start-atlas-admin.ts";
import { type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { type AtlasStack, atlasStack, type Recorded } from "./atlas-stack.ts";

/** The identities of docs/atlas-identities.md. */
const IDENTITIES = {
  deploy: [
    "GROUP_CLUSTER_CREATOR",
    "GROUP_CLUSTER_MANAGER",
    "GROUP_DATABASE_ACCESS_ADMIN",
    "GROUP_NETWORK_ACCESS_MANAGER",
    "GROUP_BACKUP_MANAGER",
    "GROUP_ALERTS_MANAGER",
    "GROUP_SEARCH_INDEX_EDITOR",
  ],
  drift: ["GROUP_READ_ONLY", "GROUP_DATA_ACCESS_READ_ONLY"],
  restore: ["GROUP_BACKUP_MANAGER"],
} as const;

let atlas: AtlasAdmin;
let owner: AtlasStack;
let projectId: string;

const typeOf = (name: string) => `mongodbatlas:index/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;

beforeEach(async () => {
  atlas = await startAtlasAdmin();
  onTestFinished(async () => {
    await atlas.close();
    expect(atlas.unknownRoutes).toEqual([]);
  });
  owner = await atlasStack({ baseUrl: atlas.url, accessToken: new Secret(atlas.accessToken) });
  projectId = (await owner.create(typeOf("Project"), { orgId: atlas.organisationId, name: "trials" })).id;
});

async function logIn(name: keyof typeof IDENTITIES): Promise<AtlasStack> {
  const roles = IDENTITIES[name].map((roleName) => ({ roleName, scope: projectId }));
  const { clientId, clientSecret } = await atlas.addIdentity(name, roles);
  return atlasStack({ baseUrl: atlas.url, clientId, clientSecret: new Secret(clientSecret) });
}

const regionConfigs = [
  {
    providerName: "AWS",
    regionName: "EU_WEST_1",
    priority: 7,
    electableSpecs: { instanceSize: "M10", nodeCount: 3 },
  },
];

/** What a stack makes of Atlas, in order. */
const wanted = (): readonly (readonly [string, PropertyMap])[] => [
  [
    "AdvancedCluster",
    {
      projectId,
      name: "main",
      clusterType: "REPLICASET",
      backupEnabled: true,
      terminationProtectionEnabled: true,
      replicationSpecs: [{ regionConfigs }],
    },
  ],
  [
    "CustomDbRole",
    {
      projectId,
      roleName: "r",
      actions: [{ action: "FIND", resources: [{ databaseName: "db", collectionName: "" }] }],
    },
  ],
  [
    "DatabaseUser",
    {
      projectId,
      username: "u",
      authDatabaseName: "admin",
      password: new Secret("a-password"),
      roles: [{ roleName: "r", databaseName: "admin" }],
    },
  ],
  ["ProjectIpAccessList", { projectId, cidrBlock: "10.0.0.0/8" }],
  ["CloudBackupSchedule", { projectId, clusterName: "main", restoreWindowDays: 3 }],
  ["CloudBackupSnapshot", { projectId, clusterName: "main", description: "d", retentionInDays: 7 }],
  [
    "SearchIndex",
    { projectId, clusterName: "main", name: "i", database: "db", collectionName: "c", mappingsDynamic: true },
  ],
  [
    "AlertConfiguration",
    {
      projectId,
      eventType: "NO_PRIMARY",
      enabled: true,
      notifications: [
        { typeName: "GROUP", intervalMin: 5, delayMin: 0, emailEnabled: true, roles: ["GROUP_OWNER"] },
      ],
    },
  ],
  [
    "FlexCluster",
    { projectId, name: "flex", providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" } },
  ],
  ["PrivateLinkEndpoint", { projectId, providerName: "AWS", region: "EU_WEST_1" }],
  ["Auditing", { projectId, enabled: true }],
  [
    "EncryptionAtRest",
    {
      projectId,
      awsKmsConfig: { enabled: true, customerMasterKeyId: "k", region: "EU_WEST_1", roleId: "6".repeat(24) },
    },
  ],
  ["MaintenanceWindow", { projectId, dayOfWeek: 2, hourOfDay: 3 }],
];

const OF_THE_OWNER = [
  "FlexCluster",
  "PrivateLinkEndpoint",
  "Auditing",
  "EncryptionAtRest",
  "MaintenanceWindow",
];

const isForbidden = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    (error: Error) => {
      if (/FORBIDDEN|HTTP 403/.test(error.message)) return true;
      throw error;
    },
  );

/** Kinds of which an identity may not do something. */
async function forbidden(work: (kind: string, news: PropertyMap) => Promise<unknown>): Promise<string[]> {
  const refused: string[] = [];
  for (const [kind, news] of wanted()) if (await isForbidden(work(kind, news))) refused.push(kind);
  return refused;
}

async function madeByTheOwner(): Promise<ReadonlyMap<string, Recorded>> {
  const made = new Map<string, Recorded>();
  for (const [kind, news] of wanted()) made.set(kind, await owner.create(typeOf(kind), news));
  return made;
}

describe("the deploying identity", () => {
  it("makes all of a stack but what is the project owner's", async () => {
    const deploy = await logIn("deploy");
    expect(await forbidden((kind, news) => deploy.create(typeOf(kind), news))).toEqual(OF_THE_OWNER);
  });

  it("removes users, entries, snapshots and indexes, but never a cluster, nor its protection", async () => {
    const made = await madeByTheOwner();
    const deploy = await logIn("deploy");
    const cluster = made.get("AdvancedCluster");
    if (cluster === undefined) throw new Error("no cluster");
    const unprotected = { ...cluster.inputs, terminationProtectionEnabled: false };
    expect(await isForbidden(deploy.update(cluster, unprotected))).toBe(true);
    expect(await isForbidden(deploy.update(cluster, { ...cluster.inputs, tags: { a: "b" } }))).toBe(false);
    const free = await owner.update(cluster, unprotected);
    expect(await isForbidden(deploy.delete(free))).toBe(true);
    for (const kind of ["DatabaseUser", "ProjectIpAccessList", "CloudBackupSnapshot", "SearchIndex"]) {
      const recorded = made.get(kind);
      if (recorded !== undefined)
        expect([kind, await isForbidden(deploy.delete(recorded))]).toEqual([kind, false]);
    }
  });

  it("has nothing in another project, and makes none", async () => {
    const deploy = await logIn("deploy");
    const { orgId, name } = { orgId: atlas.organisationId, name: "another" };
    expect(await isForbidden(deploy.create(typeOf("Project"), { orgId, name }))).toBe(true);
    const other = (await owner.create(typeOf("Project"), { orgId, name })).id;
    const entry = { projectId: other, cidrBlock: "10.0.0.0/8" };
    await expect(deploy.create(typeOf("ProjectIpAccessList"), entry)).rejects.toThrow("USER_UNAUTHORIZED");
  });
});

describe("the identity that looks for drift", () => {
  it("reads all but auditing, which the owner alone may read, and changes nothing", async () => {
    const made = await madeByTheOwner();
    const drift = await logIn("drift");
    expect(
      await forbidden(async (kind) => {
        const recorded = made.get(kind);
        if (recorded !== undefined) expect(await drift.read(recorded)).toBeDefined();
      }),
    ).toEqual(["Auditing"]);
    expect(await forbidden((kind, news) => drift.create(typeOf(kind), news))).toEqual(
      wanted().map(([kind]) => kind),
    );
  });
});

describe("the identity that restores", () => {
  it("takes and restores data snapshots and makes nothing else", async () => {
    await madeByTheOwner();
    const restore = await logIn("restore");
    const able = ["CloudBackupSchedule", "CloudBackupSnapshot"];
    const refused = await forbidden((kind, news) => restore.create(typeOf(kind), news));
    expect(refused).toEqual(
      wanted()
        .map(([kind]) => kind)
        .filter((kind) => !able.includes(kind)),
    );
    const snapshot = await restore.create(typeOf("CloudBackupSnapshot"), {
      projectId,
      clusterName: "main",
      description: "d",
      retentionInDays: 7,
    });
    const job = {
      projectId,
      clusterName: "main",
      snapshotId: snapshot.outputs["snapshotId"] ?? "",
      deliveryTypeConfig: { automated: true, targetClusterName: "main", targetProjectId: projectId },
    };
    expect((await restore.create(typeOf("CloudBackupSnapshotRestoreJob"), job)).outputs).toMatchObject({
      failed: false,
    });
  });
});
