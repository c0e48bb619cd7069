import { z } from "zod";
import { requestBody } from "./request-body.ts";
import { label, tags } from "./shared.ts";

const hardware = requestBody(
  {
    diskIOPS: z.number().int().positive().optional(),
    diskSizeGB: z.number().positive().optional(),
    ebsVolumeType: z.enum(["STANDARD", "PROVISIONED"]).optional(),
    instanceSize: z.string().optional(),
    nodeCount: z.number().int().nonnegative().optional(),
  },
  ["diskThroughput", "effectiveInstanceSize"],
);

const autoScaling = z.strictObject({
  compute: z
    .strictObject({
      enabled: z.boolean().optional(),
      scaleDownEnabled: z.boolean().optional(),
      predictiveEnabled: z.boolean().optional(),
      minInstanceSize: z.string().optional(),
      maxInstanceSize: z.string().optional(),
    })
    .optional(),
  diskGB: z.strictObject({ enabled: z.boolean().optional() }).optional(),
});

const regionConfig = requestBody(
  {
    providerName: z.enum(["AWS", "AZURE", "GCP", "TENANT", "FLEX"]),
    backingProviderName: z.enum(["AWS", "AZURE", "GCP"]).optional(),
    regionName: z.string(),
    priority: z.number().int().min(0).max(7),
    electableSpecs: hardware.optional(),
    readOnlySpecs: hardware.optional(),
    analyticsSpecs: hardware.optional(),
    autoScaling: autoScaling.optional(),
    analyticsAutoScaling: autoScaling.optional(),
  },
  ["effectiveElectableSpecs", "effectiveReadOnlySpecs", "effectiveAnalyticsSpecs"],
);

const replicationSpec = requestBody({
  id: z.string().optional(),
  zoneId: z.string().optional(),
  zoneName: z.string().optional(),
  regionConfigs: z.array(regionConfig).min(1),
});

export type RegionConfig = z.infer<typeof regionConfig>;
export type ReplicationSpec = z.infer<typeof replicationSpec>;

const tls = {
  customOpensslCipherConfigTls12: z.array(z.string()).optional(),
  customOpensslCipherConfigTls13: z.array(z.string()).optional(),
  minimumEnabledTlsProtocol: z.enum(["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"]).optional(),
  tlsCipherConfigMode: z.enum(["CUSTOM", "DEFAULT"]).optional(),
};

const READ_ONLY = [
  "configServerType",
  "connectionStrings",
  "createDate",
  "effectiveReplicationSpecs",
  "featureCompatibilityVersion",
  "featureCompatibilityVersionExpirationDate",
  "groupId",
  "id",
  "internalClusterRole",
  "mongoDBVersion",
  "stateName",
];

const fields = {
  acceptDataRisksAndForceReplicaSetReconfig: z.string().optional(),
  advancedConfiguration: z.strictObject(tls).optional(),
  backupEnabled: z.boolean().optional(),
  biConnector: z
    .strictObject({
      enabled: z.boolean().optional(),
      readPreference: z.enum(["primary", "secondary", "analytics"]).optional(),
    })
    .optional(),
  configServerManagementMode: z.enum(["ATLAS_MANAGED", "FIXED_TO_DEDICATED"]).optional(),
  diskWarmingMode: z.enum(["FULLY_WARMED", "VISIBLE_EARLIER"]).optional(),
  encryptionAtRestProvider: z.enum(["NONE", "AWS", "AZURE", "GCP"]).optional(),
  globalClusterSelfManagedSharding: z.boolean().optional(),
  labels: z.array(label).optional(),
  mongoDBMajorVersion: z.string().optional(),
  paused: z.boolean().optional(),
  pitEnabled: z.boolean().optional(),
  redactClientLogData: z.boolean().optional(),
  replicaSetScalingStrategy: z.enum(["SEQUENTIAL", "WORKLOAD_TYPE", "NODE_TYPE"]).optional(),
  retainBackups: z.boolean().optional(),
  rootCertType: z.literal("ISRGROOTX1").optional(),
  tags: tags.optional(),
  terminationProtectionEnabled: z.boolean().optional(),
  useAwsTimeBasedSnapshotCopyForFastInitialSync: z.boolean().optional(),
  versionReleaseSystem: z.enum(["LTS", "CONTINUOUS"]).optional(),
};

const clusterType = z.enum(["REPLICASET", "SHARDED", "GEOSHARDED"]);
const replicationSpecs = z.array(replicationSpec).min(1);

export const clusterBody = requestBody(
  { ...fields, name: z.string(), clusterType, replicationSpecs },
  READ_ONLY,
);

export const clusterChange = requestBody(
  {
    ...fields,
    name: z.string().optional(),
    clusterType: clusterType.optional(),
    replicationSpecs: replicationSpecs.optional(),
  },
  READ_ONLY,
);

/** What an upgrade of a small cluster may say: it names the cluster, which has a type already. */
export const clusterFields = {
  shape: { ...fields, name: z.string(), clusterType: clusterType.optional(), replicationSpecs },
  readOnly: READ_ONLY,
};

export type ClusterBody = z.infer<typeof clusterBody>;
export type ClusterChange = z.infer<typeof clusterChange>;

const wholeNumber = z.number().int().nullable().optional();

export const processArgsChange = requestBody({
  ...tls,
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: wholeNumber,
  chunkMigrationConcurrency: wholeNumber,
  defaultMaxTimeMS: wholeNumber,
  defaultWriteConcern: z.string().nullable().optional(),
  javascriptEnabled: z.boolean().optional(),
  noTableScan: z.boolean().optional(),
  oplogMinRetentionHours: z.number().nullable().optional(),
  oplogSizeMB: wholeNumber,
  queryStatsLogVerbosity: wholeNumber,
  sampleRefreshIntervalBIConnector: wholeNumber,
  sampleSizeBIConnector: wholeNumber,
  transactionLifetimeLimitSeconds: wholeNumber,
});

export const pinBody = requestBody({ expirationDate: z.iso.datetime({ offset: true }).optional() });
