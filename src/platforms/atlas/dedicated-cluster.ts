import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";
import { ownershipLabels, physicalName } from "../../names.ts";
import type { DocumentCluster } from "../managed-databases.ts";
import { type BackupOptions, createBackupSchedule } from "./backup-schedule.ts";
import type { ClusterArgs } from "./cluster.ts";
import { type ConnectionOptions, createConnection } from "./connection.ts";
import { createAuditing, createEncryption, type EncryptionOptions } from "./safeguards.ts";
import { type SnapshotIdentity, snapshotBeforeChange } from "./snapshot-hook.ts";

export interface DedicatedOptions {
  readonly kind: "dedicated";
  readonly provider: string;
  /** In Atlas's spelling: `EU_WEST_1`. */
  readonly region: string;
  /** Major version of MongoDB. */
  readonly version: string;
  readonly tier: string;
  /** Tier up to which Atlas may scale by itself. */
  readonly largestTier: string;
  /** Electable servers. */
  readonly nodes: number;
  /** GB of each server. */
  readonly disk: number;
  readonly backup: BackupOptions;
  readonly connection: ConnectionOptions;
  readonly encryption: EncryptionOptions;
  readonly auditing: boolean;
  readonly snapshotBeforeChange: boolean;
}

/** A cluster on servers of its own, with backups that reach any point in time. */
export function createDedicatedCluster(
  name: string,
  args: ClusterArgs<DedicatedOptions> & SnapshotIdentity,
  opts: pulumi.CustomResourceOptions,
): DocumentCluster {
  const { projectId, options, protect } = args;
  const encryption = createEncryption(`${name}-encryption`, { projectId, options: options.encryption }, opts);
  if (options.auditing) createAuditing(`${name}-auditing`, projectId, opts);
  const connection = createConnection(
    `${name}-connection`,
    { projectId, ...options, options: options.connection },
    opts,
  );
  const made = new atlas.AdvancedCluster(`${name}-servers`, clusterInputs(args), {
    ...opts,
    protect,
    ...(options.snapshotBeforeChange && {
      hooks: { beforeUpdate: [snapshotBeforeChange(`${name}-snapshot`, args)] },
    }),
    dependsOn: [...args.after, ...encryption, ...connection.resources],
  });
  const cluster = {
    projectId,
    name: made.name,
    address: made.connectionStrings.apply(connection.choose),
    resource: made,
  };
  createBackupSchedule(`${name}-backups`, { cluster, options: options.backup, protect }, opts);
  return cluster;
}

function clusterInputs({
  scope,
  projectId,
  options,
  protect,
}: ClusterArgs<DedicatedOptions>): atlas.AdvancedClusterArgs {
  return {
    projectId,
    name: physicalName(scope, "documents"),
    clusterType: "REPLICASET",
    mongoDbMajorVersion: options.version,
    backupEnabled: true,
    pitEnabled: true,
    retainBackupsEnabled: true,
    terminationProtectionEnabled: protect,
    // Atlas scales by itself: what it has chosen is no difference.
    useEffectiveFields: true,
    ...(options.encryption.kind === "aws-kms" && { encryptionAtRestProvider: "AWS" }),
    tags: { ...ownershipLabels(scope, "documents") },
    timeouts: { create: "2h", update: "2h", delete: "1h" },
    replicationSpecs: [{ regionConfigs: [regionConfig(options)] }],
  };
}

function regionConfig(options: DedicatedOptions) {
  return {
    providerName: options.provider,
    regionName: options.region,
    priority: 7,
    electableSpecs: { instanceSize: options.tier, nodeCount: options.nodes, diskSizeGb: options.disk },
    autoScaling: {
      diskGbEnabled: true,
      computeEnabled: true,
      computeScaleDownEnabled: true,
      computeMinInstanceSize: options.tier,
      computeMaxInstanceSize: options.largestTier,
    },
  };
}
