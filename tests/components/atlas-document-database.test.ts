import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { AtlasDocumentDatabase } from "../../src/components/atlas-document-database.ts";
import { AtlasPlatform, type AtlasPlatformArgs } from "../../src/platforms/atlas/atlas-platform.ts";
import type { DedicatedOptions } from "../../src/platforms/atlas/dedicated-cluster.ts";
import { childrenOf, type Recording, recordRegistrations, settled } from "../registrations.ts";

const dedicated: DedicatedOptions = {
  kind: "dedicated",
  provider: "AWS",
  region: "EU_WEST_1",
  version: "8.0",
  tier: "M30",
  largestTier: "M50",
  nodes: 3,
  disk: 40,
  backup: { pointInTime: 7, daily: 14, weekly: 8, monthly: 12 },
  connection: { kind: "public" },
  encryption: { kind: "provider" },
  auditing: false,
  snapshotBeforeChange: false,
};
const platformArgs: Omit<AtlasPlatformArgs, "clientSecret"> = {
  scope: { project: "trials", stack: "cloud" },
  baseUrl: "https://cloud.mongodb.com",
  clientId: "mdb_sa_id",
  project: { kind: "create", orgId: "0".repeat(24), name: "trials-cloud" },
  cluster: dedicated,
  accessList: [],
  alerts: { kind: "none" },
  protect: true,
};

interface Made {
  readonly recording: Recording;
  readonly url: string;
  find(type: string, name: string): { readonly [property: string]: unknown };
}

type Changes = Partial<typeof platformArgs> & { readonly searched?: boolean };

async function make({ searched, ...changes }: Changes = {}): Promise<Made> {
  const recording = await recordRegistrations("cloud");
  const clientSecret = pulumi.secret("atlas-secret");
  const database = new AtlasDocumentDatabase("documents", {
    platform: new AtlasPlatform("atlas", { ...platformArgs, clientSecret, ...changes }),
    users: {
      app: { database: "trials" },
      reader: { database: "trials", grants: [{ database: "trials", access: "read" }] },
    },
    ...(searched && { searched: [{ database: "trials", collection: "trials" }] }),
  });
  const binding = database.getBinding("app");
  expect(await pulumi.isSecret(binding)).toBe(true);
  const { url } = await settled(binding);
  const find = (type: string, name: string) =>
    recording.find(`mongodbatlas:index/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`, name).inputs;
  return { recording, url, find };
}

const withCluster = (changes: Partial<DedicatedOptions>): Changes => ({
  cluster: { ...dedicated, ...changes },
});

describe("AtlasDocumentDatabase", () => {
  it("is a project, a cluster with backups, and a user with role and password for each service", async () => {
    const { recording } = await make();
    expect(childrenOf(recording)).toEqual([
      "AdvancedCluster documents-cluster-servers",
      "CloudBackupSchedule documents-cluster-backups",
      "CustomDbRole documents-app-role",
      "CustomDbRole documents-reader-role",
      "DatabaseUser documents-app-user",
      "DatabaseUser documents-reader-user",
      "Project documents-cluster-project",
      "RandomPassword documents-app-password",
      "RandomPassword documents-reader-password",
      "mongodbatlas atlas-provider",
    ]);
  });

  it("protects the cluster at Atlas too, keeps its backups, and leaves scaling to Atlas", async () => {
    const { find } = await make();
    expect(find("AdvancedCluster", "documents-cluster-servers")).toEqual({
      projectId: "documents-cluster-project-id",
      name: "trials-cloud-documents",
      clusterType: "REPLICASET",
      mongoDbMajorVersion: "8.0",
      backupEnabled: true,
      pitEnabled: true,
      retainBackupsEnabled: true,
      terminationProtectionEnabled: true,
      useEffectiveFields: true,
      tags: { "trials.project": "trials", "trials.stack": "cloud", "trials.role": "documents" },
      timeouts: { create: "2h", update: "2h", delete: "1h" },
      replicationSpecs: [
        {
          regionConfigs: [
            {
              providerName: "AWS",
              regionName: "EU_WEST_1",
              priority: 7,
              electableSpecs: { instanceSize: "M30", nodeCount: 3, diskSizeGb: 40 },
              autoScaling: {
                diskGbEnabled: true,
                computeEnabled: true,
                computeScaleDownEnabled: true,
                computeMinInstanceSize: "M30",
                computeMaxInstanceSize: "M50",
              },
            },
          ],
        },
      ],
    });
  });

  it("backs up every six hours and reaches any point of the last days", async () => {
    const { find } = await make();
    expect(find("CloudBackupSchedule", "documents-cluster-backups")).toMatchObject({
      clusterName: "trials-cloud-documents",
      restoreWindowDays: 7,
      policyItemHourly: { frequencyInterval: 6, retentionUnit: "days", retentionValue: 7 },
      policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: 14 },
      policyItemWeeklies: [{ frequencyInterval: 6, retentionUnit: "weeks", retentionValue: 8 }],
      policyItemMonthlies: [{ frequencyInterval: 40, retentionUnit: "months", retentionValue: 12 }],
    });
  });

  it("confines each user to its cluster, and its role to its database and what it does there", async () => {
    const { find } = await make();
    expect(find("DatabaseUser", "documents-reader-user")).toEqual({
      projectId: "documents-cluster-project-id",
      username: "reader",
      password: "password-of-documents-reader-password",
      authDatabaseName: "admin",
      roles: [{ roleName: "trials-cloud-reader", databaseName: "admin" }],
      scopes: [{ name: "trials-cloud-documents", type: "CLUSTER" }],
    });
    const actionsOf = (role: string) =>
      (find("CustomDbRole", role)["actions"] as { action: string; resources: object[] }[]).map(
        ({ action }) => action,
      );
    expect(actionsOf("documents-reader-role")).toEqual([
      "FIND",
      "LIST_COLLECTIONS",
      "LIST_INDEXES",
      "COLL_STATS",
    ]);
    expect(actionsOf("documents-app-role")).toContain("INSERT");
    expect(actionsOf("documents-app-role").filter((action) => action.includes("DROP"))).toEqual([]);
    for (const { resources } of find("CustomDbRole", "documents-app-role")["actions"] as {
      resources: object[];
    }[]) {
      expect(resources).toEqual([{ databaseName: "trials", collectionName: "" }]);
    }
  });

  it("binds a service with its own credentials, secret as a whole", async () => {
    const { url } = await make();
    expect(url).toBe(
      "mongodb+srv://app:password-of-documents-app-password@documents.abcde.mongodb.net/trials" +
        "?authSource=admin&retryWrites=true&w=majority",
    );
  });

  it("leaves a project alone that is there already", async () => {
    const { recording, find } = await make({ project: { kind: "existing", projectId: "f".repeat(24) } });
    expect(childrenOf(recording).filter((child) => child.startsWith("Project"))).toEqual([]);
    expect(find("AdvancedCluster", "documents-cluster-servers")["projectId"]).toBe("f".repeat(24));
  });

  it("is a flex cluster without a schedule when the settings say so", async () => {
    const { recording, find, url } = await make({
      cluster: { kind: "flex", provider: "AWS", region: "EU_WEST_1" },
      protect: false,
    });
    expect(childrenOf(recording).filter((child) => /Cluster|Schedule/.test(child))).toEqual([
      "FlexCluster documents-cluster-flex",
    ]);
    expect(find("FlexCluster", "documents-cluster-flex")).toMatchObject({
      name: "trials-cloud-documents",
      providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
      terminationProtectionEnabled: false,
    });
    expect(url).toContain("@documents.abcde.mongodb.net/trials");
  });

  it("lets in the networks of the access list", async () => {
    const { find } = await make({ accessList: [{ range: "203.0.113.0/24", comment: "office" }] });
    expect(find("ProjectIpAccessList", "documents-cluster-access-203-0-113-0-24")).toEqual({
      projectId: "documents-cluster-project-id",
      cidrBlock: "203.0.113.0/24",
      comment: "office",
    });
  });

  it("goes by a private endpoint as soon as there is one", async () => {
    const waiting = await make(withCluster({ connection: { kind: "private-endpoint" } }));
    expect(childrenOf(waiting.recording)).toContain("PrivateLinkEndpoint documents-cluster-connection-link");
    expect(childrenOf(waiting.recording).join()).not.toContain("PrivateLinkEndpointService");
    const attached = await make(
      withCluster({ connection: { kind: "private-endpoint", endpointId: "vpce-1" } }),
    );
    expect(
      attached.find("PrivateLinkEndpointService", "documents-cluster-connection-endpoint"),
    ).toMatchObject({
      privateLinkId: "link-1",
      endpointServiceId: "vpce-1",
      providerName: "AWS",
    });
    expect(attached.url).toContain("@documents-pl-0.abcde.mongodb.net/");
  });

  it("peers with a network and uses its private addresses", async () => {
    const connection = {
      kind: "peering",
      accountId: "123456789012",
      vpcId: "vpc-1",
      region: "eu-west-1",
      vpcRange: "10.0.0.0/16",
      atlasRange: "192.168.248.0/21",
    } as const;
    const { find, url } = await make(withCluster({ connection }));
    expect(find("NetworkContainer", "documents-cluster-connection-container")).toMatchObject({
      atlasCidrBlock: "192.168.248.0/21",
      regionName: "EU_WEST_1",
    });
    expect(find("NetworkPeering", "documents-cluster-connection-peering")).toMatchObject({
      containerId: "container-1",
      routeTableCidrBlock: "10.0.0.0/16",
      accepterRegionName: "eu-west-1",
    });
    expect(url).toContain("@documents-pri.abcde.mongodb.net/");
  });

  it("audits logins and changes, and encrypts with a key of ours, when told to", async () => {
    const encryption = {
      kind: "aws-kms",
      keyId: "key",
      region: "EU_WEST_1",
      roleId: "a".repeat(24),
    } as const;
    const { find } = await make(withCluster({ auditing: true, encryption }));
    const { auditFilter, enabled } = find("Auditing", "documents-cluster-auditing");
    expect(enabled).toBe(true);
    expect(JSON.parse(String(auditFilter))).toMatchObject({
      atype: { $in: expect.arrayContaining(["authenticate"]) },
    });
    expect(find("EncryptionAtRest", "documents-cluster-encryption")["awsKmsConfig"]).toEqual({
      enabled: true,
      customerMasterKeyId: "key",
      region: "EU_WEST_1",
      roleId: "a".repeat(24),
    });
    expect(find("AdvancedCluster", "documents-cluster-servers")["encryptionAtRestProvider"]).toBe("AWS");
  });

  it("tells somebody when no primary answers or a disk fills up", async () => {
    const alerts = { kind: "email", address: "oncall@trials.example", delay: 5, diskUsed: 85 } as const;
    const { find } = await make({ alerts });
    expect(find("AlertConfiguration", "documents-cluster-alert-no-primary")).toMatchObject({
      eventType: "NO_PRIMARY",
      notifications: [{ typeName: "EMAIL", emailAddress: "oncall@trials.example", delayMin: 5 }],
    });
    expect(
      find("AlertConfiguration", "documents-cluster-alert-disk-used")["metricThresholdConfig"],
    ).toMatchObject({
      threshold: 85,
      operator: "GREATER_THAN",
    });
  });

  it("indexes the text of a collection", async () => {
    const { find } = await make({ searched: true });
    expect(find("SearchIndex", "documents-trials-trials-index")).toEqual({
      projectId: "documents-cluster-project-id",
      clusterName: "trials-cloud-documents",
      database: "trials",
      collectionName: "trials",
      name: "trials-text",
      mappingsDynamic: true,
    });
  });

  it("says so when a service has no user", async () => {
    await recordRegistrations("cloud");
    const clientSecret = pulumi.secret("atlas-secret");
    const platform = new AtlasPlatform("atlas", { ...platformArgs, clientSecret });
    const database = new AtlasDocumentDatabase("documents", { platform, users: {} });
    expect(() => database.getBinding("nobody")).toThrow("the document database has no user called nobody");
  });
});
