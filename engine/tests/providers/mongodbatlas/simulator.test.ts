import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AtlasAdmin, startAtlasAdmin } from "../../../../simulators/atlas-admin/start-atlas-admin.ts";
import { type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { type AtlasStack, atlasStack, type Recorded } from "./atlas-stack.ts";

let atlas: AtlasAdmin;
let stack: AtlasStack;
let projectId: string;

const typeOf = (name: string) => `mongodbatlas:index/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;
const make = (name: string, news: PropertyMap): Promise<Recorded> => stack.create(typeOf(name), news);

const cluster = (more: PropertyMap = {}): PropertyMap => ({
  projectId,
  name: "main",
  clusterType: "REPLICASET",
  backupEnabled: true,
  replicationSpecs: [
    {
      regionConfigs: [
        {
          providerName: "AWS",
          regionName: "EU_WEST_1",
          priority: 7,
          electableSpecs: { instanceSize: "M10", nodeCount: 3 },
        },
      ],
    },
  ],
  ...more,
});

beforeEach(async () => {
  atlas = await startAtlasAdmin();
  const { url, clientId, clientSecret } = atlas;
  stack = await atlasStack({ baseUrl: url, clientId, clientSecret: new Secret(clientSecret) });
  projectId = (await make("Project", { orgId: atlas.organisationId, name: "trials" })).id;
});

afterEach(async () => {
  await stack.provider.close();
  await atlas.close();
  expect(atlas.unknownRoutes).toEqual([]);
});

interface Example {
  /** What has to be there before. */
  readonly before?: () => Promise<unknown>;
  readonly news: () => PropertyMap | Promise<PropertyMap>;
  /** Inputs that change in place. */
  readonly change?: PropertyMap;
  /** Read again after it was deleted, it is still there: settings of a project, jobs that ended. */
  readonly stays?: boolean;
}

const withCluster = { before: () => make("AdvancedCluster", cluster()) };
const snapshot = () => ({ projectId, clusterName: "main", description: "d", retentionInDays: 7 });

const EXAMPLES: { readonly [name: string]: Example } = {
  Project: { news: () => ({ orgId: atlas.organisationId, name: "other" }), change: { name: "renamed" } },
  DatabaseUser: {
    news: () => ({
      projectId,
      username: "u",
      authDatabaseName: "admin",
      password: new Secret("a-password"),
      roles: [{ roleName: "read", databaseName: "trials" }],
      scopes: [{ name: "main", type: "CLUSTER" }],
    }),
    change: { roles: [{ roleName: "readWrite", databaseName: "trials" }] },
  },
  CustomDbRole: {
    news: () => ({
      projectId,
      roleName: "reader",
      actions: [{ action: "FIND", resources: [{ collectionName: "", databaseName: "trials" }] }],
    }),
    change: { actions: [{ action: "INSERT", resources: [{ collectionName: "", databaseName: "trials" }] }] },
  },
  ProjectIpAccessList: { news: () => ({ projectId, cidrBlock: "10.0.0.0/8", comment: "offices" }) },
  AdvancedCluster: { news: () => cluster(), change: { tags: { env: "test" } } },
  FlexCluster: {
    news: () => ({
      projectId,
      name: "small",
      providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
    }),
    change: { tags: { env: "test" } },
  },
  CloudBackupSchedule: {
    ...withCluster,
    news: () => ({
      projectId,
      clusterName: "main",
      policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: 7 },
    }),
    change: { restoreWindowDays: 3 },
    stays: true,
  },
  CloudBackupSnapshot: { ...withCluster, news: snapshot },
  CloudBackupSnapshotRestoreJob: {
    ...withCluster,
    news: async () => {
      const { outputs } = await make("CloudBackupSnapshot", snapshot());
      return {
        projectId,
        clusterName: "main",
        snapshotId: outputs["snapshotId"] ?? "",
        deliveryTypeConfig: { automated: true, targetClusterName: "main", targetProjectId: projectId },
      };
    },
    stays: true,
  },
  SearchIndex: {
    ...withCluster,
    news: () => ({
      projectId,
      clusterName: "main",
      name: "default",
      database: "trials",
      collectionName: "sites",
      mappingsDynamic: true,
      waitForIndexBuildCompletion: true,
    }),
    change: { searchAnalyzer: "lucene.standard" },
  },
  SearchDeployment: {
    ...withCluster,
    news: () => ({
      projectId,
      clusterName: "main",
      specs: [{ instanceSize: "S20_HIGHCPU_NVME", nodeCount: 2 }],
    }),
    change: { specs: [{ instanceSize: "S30_HIGHCPU_NVME", nodeCount: 2 }] },
  },
  Auditing: {
    news: () => ({ projectId, enabled: true, auditFilter: "{}" }),
    change: { auditAuthorizationSuccess: true },
    stays: true,
  },
  EncryptionAtRest: {
    news: () => ({
      projectId,
      awsKmsConfig: { enabled: true, customerMasterKeyId: "k", region: "EU_WEST_1", roleId: "6".repeat(24) },
    }),
    change: { enabledForSearchNodes: true },
    stays: true,
  },
  AlertConfiguration: {
    news: () => ({
      projectId,
      eventType: "NO_PRIMARY",
      enabled: true,
      notifications: [
        { typeName: "GROUP", intervalMin: 5, delayMin: 0, emailEnabled: true, roles: ["GROUP_OWNER"] },
      ],
    }),
    change: { enabled: false },
  },
  MaintenanceWindow: {
    news: () => ({ projectId, dayOfWeek: 2, hourOfDay: 3 }),
    change: { hourOfDay: 4 },
    stays: true,
  },
  NetworkContainer: {
    news: () => ({ projectId, providerName: "AWS", regionName: "EU_WEST_1", atlasCidrBlock: "10.8.0.0/21" }),
    change: { atlasCidrBlock: "10.16.0.0/21" },
  },
  NetworkPeering: {
    news: async () => {
      const container = {
        projectId,
        providerName: "AWS",
        regionName: "EU_WEST_1",
        atlasCidrBlock: "10.8.0.0/21",
      };
      const { outputs } = await make("NetworkContainer", container);
      return {
        projectId,
        containerId: outputs["containerId"] ?? "",
        providerName: "AWS",
        accepterRegionName: "eu-west-1",
        awsAccountId: "123456789012",
        routeTableCidrBlock: "10.0.0.0/16",
        vpcId: "vpc-1",
      };
    },
  },
  PrivateLinkEndpoint: { news: () => ({ projectId, providerName: "AWS", region: "EU_WEST_1" }) },
  PrivateLinkEndpointService: {
    news: async () => {
      const link = { projectId, providerName: "AWS", region: "EU_WEST_1" };
      const { outputs } = await make("PrivateLinkEndpoint", link);
      const privateLinkId = outputs["privateLinkId"] ?? "";
      return { projectId, providerName: "AWS", privateLinkId, endpointServiceId: "vpce-1" };
    },
  },
};

describe("against the simulated Admin API", () => {
  it.each(Object.entries(EXAMPLES))(
    "%s is made, found as recorded, changed and removed",
    async (name, example) => {
      await example.before?.();
      const news = await example.news();
      const created = await make(name, news);
      expect(await stack.read(created)).toEqual({
        id: created.id,
        inputs: created.inputs,
        outputs: created.outputs,
      });
      expect((await stack.diff(created, news)).changes).toBe("none");
      if (example.change !== undefined) {
        const wanted = { ...news, ...example.change };
        expect(await stack.diff(created, wanted)).toMatchObject({ changes: "some", replaceKeys: [] });
        const updated = await stack.update(created, wanted);
        expect((await stack.diff(updated, wanted)).changes).toBe("none");
        expect((await stack.read(updated))?.outputs).toEqual(updated.outputs);
      }
      await stack.delete(created);
      if (example.stays !== true) expect(await stack.read(created)).toBeUndefined();
    },
  );

  it("a cluster whose create is cut off once it was made is found, and not made twice", async () => {
    const path = "/groups/{groupId}/clusters";
    atlas.faults.add({ kind: "reset", when: "after", method: "POST", path, times: 1 });
    const { outputs } = await make("AdvancedCluster", cluster());
    expect(outputs).toMatchObject({ name: "main", stateName: "IDLE" });
    expect(atlas.moves.filter(({ from }) => from === undefined)).toHaveLength(1);
  });

  it("a cluster that is stuck is given up, and says in which state", async () => {
    atlas.faults.add({ kind: "stuck", machine: "clusters", state: "CREATING" });
    const news = cluster({ timeouts: { create: "1h" }, deleteOnCreateTimeout: false });
    await expect(make("AdvancedCluster", news)).rejects.toThrow(/last state: 'CREATING'/);
  });
});
