import {
  type Field,
  type Fields,
  flag,
  map,
  number,
  type ResourceSchema,
  TRAITS,
  text,
  timeouts,
} from "./schema.ts";

const { required, computed, output } = TRAITS;

const SPECS: Field = {
  kind: "object",
  ...computed,
  fields: {
    diskIops: number(computed),
    diskSizeGb: number(computed),
    ebsVolumeType: text(computed),
    instanceSize: text(computed),
    nodeCount: number(computed),
  },
};

const AUTO_SCALING: Field = {
  kind: "object",
  ...computed,
  fields: {
    computeEnabled: flag(computed),
    computeMaxInstanceSize: text(computed),
    computeMinInstanceSize: text(computed),
    computeScaleDownEnabled: flag(computed),
    diskGbEnabled: flag(computed),
  },
};

const REPLICATION_SPECS: Field = {
  kind: "objects",
  ...required,
  fields: {
    containerId: map(output),
    externalId: text(output),
    regionConfigs: {
      kind: "objects",
      ...required,
      fields: {
        analyticsAutoScaling: AUTO_SCALING,
        analyticsSpecs: SPECS,
        autoScaling: AUTO_SCALING,
        backingProviderName: text(),
        electableSpecs: SPECS,
        priority: number(required),
        providerName: text(required),
        readOnlySpecs: SPECS,
        regionName: text(required),
      },
    },
    zoneId: text(output),
    zoneName: text(computed),
  },
};

/** Terraform's names of the process arguments, which are those of the API but for case. */
const ADVANCED_CONFIGURATION: Field = {
  kind: "object",
  ...computed,
  fields: {
    changeStreamOptionsPreAndPostImagesExpireAfterSeconds: number(computed),
    customOpensslCipherConfigTls12s: {
      kind: "texts",
      isSet: true,
      ...computed,
      wireName: "custom_openssl_cipher_config_tls12",
    },
    customOpensslCipherConfigTls13s: {
      kind: "texts",
      isSet: true,
      ...computed,
      wireName: "custom_openssl_cipher_config_tls13",
    },
    defaultMaxTimeMs: number(computed),
    defaultWriteConcern: text(computed),
    javascriptEnabled: flag(computed),
    minimumEnabledTlsProtocol: text(computed),
    noTableScan: flag(computed),
    oplogMinRetentionHours: number(computed),
    oplogSizeMb: number(computed),
    sampleRefreshIntervalBiConnector: number(computed),
    sampleSizeBiConnector: number(computed),
    tlsCipherConfigMode: text(computed),
    transactionLifetimeLimitSeconds: number(computed),
  },
};

const ENDPOINT: Fields = { endpointId: text(), providerName: text(), region: text() };

const CONNECTION_STRINGS: Field = {
  kind: "object",
  ...output,
  fields: {
    private: text(),
    privateEndpoints: {
      kind: "objects",
      wireName: "private_endpoint",
      fields: {
        connectionString: text(),
        endpoints: { kind: "objects", fields: ENDPOINT },
        srvConnectionString: text(),
        srvShardOptimizedConnectionString: text(),
        type: text(),
      },
    },
    privateSrv: text(),
    standard: text(),
    standardSrv: text(),
  },
};

/** Flags that Atlas takes and gives under the same name. */
export const CLUSTER_FLAGS = [
  "backupEnabled",
  "globalClusterSelfManagedSharding",
  "paused",
  "pitEnabled",
  "redactClientLogData",
  "terminationProtectionEnabled",
  "useAwsTimeBasedSnapshotCopyForFastInitialSync",
] as const;

/** Texts that Atlas takes and gives under the same name. */
export const CLUSTER_TEXTS = [
  "configServerManagementMode",
  "encryptionAtRestProvider",
  "replicaSetScalingStrategy",
  "rootCertType",
  "versionReleaseSystem",
] as const;

export const ADVANCED_CLUSTER: ResourceSchema = {
  type: "mongodbatlas:index/advancedCluster:AdvancedCluster",
  version: 2,
  outputsId: false,
  fields: {
    ...Object.fromEntries(CLUSTER_FLAGS.map((name) => [name, flag(computed)])),
    ...Object.fromEntries(CLUSTER_TEXTS.map((name) => [name, text(computed)])),
    acceptDataRisksAndForceReplicaSetReconfig: text(),
    adaptiveCapacity: text(),
    advancedConfiguration: ADVANCED_CONFIGURATION,
    biConnectorConfig: {
      kind: "object",
      ...computed,
      fields: { enabled: flag(computed), readPreference: text(computed) },
    },
    clusterId: text(output),
    clusterType: text(required),
    configServerType: text(output),
    connectionStrings: CONNECTION_STRINGS,
    createDate: text(output),
    deleteOnCreateTimeout: flag({ computed: true, default: true, createOnly: true }),
    labels: map(),
    mongoDbMajorVersion: text(computed),
    mongoDbVersion: text(output),
    name: text({ required: true, forceNew: true, autoname: true }),
    pinnedFcv: { kind: "object", fields: { expirationDate: text(required), version: text(output) } },
    projectId: text({ required: true, forceNew: true }),
    replicationSpecs: REPLICATION_SPECS,
    retainBackupsEnabled: flag(),
    stateName: text(output),
    tags: map(),
    timeouts: timeouts("create", "update", "delete"),
    useEffectiveFields: flag(),
  },
};

const createOnly = { required: true, createOnly: true } as const;

export const FLEX_CLUSTER: ResourceSchema = {
  type: "mongodbatlas:index/flexCluster:FlexCluster",
  version: 0,
  outputsId: true,
  fields: {
    backupSettings: { kind: "object", ...output, fields: { enabled: flag() } },
    clusterType: text(output),
    connectionStrings: { kind: "object", ...output, fields: { standard: text(), standardSrv: text() } },
    createDate: text(output),
    deleteOnCreateTimeout: flag({ computed: true, default: true, createOnly: true }),
    mongoDbVersion: text(output),
    name: text({ ...createOnly, autoname: true }),
    projectId: text(createOnly),
    providerSettings: {
      kind: "object",
      ...required,
      fields: {
        backingProviderName: text(createOnly),
        diskSizeGb: number(output),
        providerName: text(output),
        regionName: text(createOnly),
      },
    },
    stateName: text(output),
    tags: map(),
    terminationProtectionEnabled: flag(computed),
    timeouts: timeouts("create", "update", "delete"),
    versionReleaseSystem: text(output),
  },
};
