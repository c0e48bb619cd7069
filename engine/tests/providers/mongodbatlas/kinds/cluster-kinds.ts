import { clusterNews } from "../simulated-atlas.ts";
import { because, identity, type KindCase, mutationsOf, ours } from "./kind-case.ts";

const withCluster: KindCase["prepare"] = async (world, projectId) => {
  await world.cluster(projectId);
  return {};
};

const SPECS = ["electableSpecs", "readOnlySpecs", "analyticsSpecs"] as const;
const REGION = ["replicationSpecs", 0, "regionConfigs", 0] as const;
const AT = "replicationSpecs[0].regionConfigs[0]";

export const ADVANCED_CLUSTER: KindCase = {
  name: "AdvancedCluster",
  news: ({ projectId }) =>
    clusterNews({
      projectId,
      name: "big",
      redactClientLogData: false,
      paused: false,
      terminationProtectionEnabled: false,
      encryptionAtRestProvider: "NONE",
      versionReleaseSystem: "LTS",
      rootCertType: "ISRGROOTX1",
      replicaSetScalingStrategy: "WORKLOAD_TYPE",
      mongoDbMajorVersion: "8.0",
      biConnectorConfig: { enabled: false, readPreference: "secondary" },
      tags: { env: "prod" },
      labels: { team: "a" },
      advancedConfiguration: {
        javascriptEnabled: true,
        minimumEnabledTlsProtocol: "TLS1_2",
        noTableScan: false,
        oplogSizeMb: 1000,
        oplogMinRetentionHours: 24,
        transactionLifetimeLimitSeconds: 60,
        defaultMaxTimeMs: 1000,
        sampleSizeBiConnector: 100,
        sampleRefreshIntervalBiConnector: 300,
        changeStreamOptionsPreAndPostImagesExpireAfterSeconds: 100,
        tlsCipherConfigMode: "DEFAULT",
      },
      replicationSpecs: [
        {
          zoneName: "Zone 1",
          regionConfigs: [
            {
              providerName: "AWS",
              regionName: "EU_WEST_1",
              priority: 7,
              ...Object.fromEntries(
                SPECS.map((name) => [
                  name,
                  {
                    instanceSize: "M30",
                    nodeCount: 3,
                    diskSizeGb: 40,
                    diskIops: 3000,
                    ebsVolumeType: "STANDARD",
                  },
                ]),
              ),
              autoScaling: {
                computeEnabled: true,
                computeScaleDownEnabled: true,
                computeMinInstanceSize: "M30",
                computeMaxInstanceSize: "M50",
                diskGbEnabled: true,
              },
            },
          ],
        },
      ],
      retainBackupsEnabled: false,
      useEffectiveFields: false,
      deleteOnCreateTimeout: true,
      timeouts: { create: "2h" },
    }),
  changes: { backupEnabled: false, pitEnabled: false, tags: { env: "test" } },
  replaces: { name: "other", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => `${projectId}-big`,
  untold: ["retainBackupsEnabled", "useEffectiveFields", "deleteOnCreateTimeout", "timeouts"],
  mutations: ({ world, projectId }) => [
    ...mutationsOf("clusters", world.key(projectId, "big"), {
      backupEnabled: [["backupEnabled"], false],
      pitEnabled: [["pitEnabled"], false],
      redactClientLogData: [["redactClientLogData"], true],
      paused: [["paused"], true],
      terminationProtectionEnabled: [["terminationProtectionEnabled"], true],
      encryptionAtRestProvider: [["encryptionAtRestProvider"], "AWS"],
      versionReleaseSystem: [["versionReleaseSystem"], "CONTINUOUS"],
      rootCertType: [["rootCertType"], "OTHER"],
      replicaSetScalingStrategy: [["replicaSetScalingStrategy"], "SEQUENTIAL"],
      mongoDbMajorVersion: [["mongoDBMajorVersion"], "9.0"],
      clusterType: [["clusterType"], "SHARDED"],
      "biConnectorConfig.enabled": [["biConnector", "enabled"], true],
      "biConnectorConfig.readPreference": [["biConnector", "readPreference"], "primary"],
      "tags.env": [["tags", 0, "value"], "other"],
      "labels.team": [["labels", 0, "value"], "other"],
      "replicationSpecs[0].zoneName": [["replicationSpecs", 0, "zoneName"], "other"],
      [`${AT}.providerName`]: [[...REGION, "providerName"], "AZURE"],
      [`${AT}.regionName`]: [[...REGION, "regionName"], "EU_WEST_2"],
      [`${AT}.priority`]: [[...REGION, "priority"], 6],
      [`${AT}.autoScaling.computeEnabled`]: [[...REGION, "autoScaling", "compute", "enabled"], false],
      [`${AT}.autoScaling.computeScaleDownEnabled`]: [
        [...REGION, "autoScaling", "compute", "scaleDownEnabled"],
        false,
      ],
      [`${AT}.autoScaling.computeMinInstanceSize`]: [
        [...REGION, "autoScaling", "compute", "minInstanceSize"],
        "M40",
      ],
      [`${AT}.autoScaling.computeMaxInstanceSize`]: [
        [...REGION, "autoScaling", "compute", "maxInstanceSize"],
        "M60",
      ],
      [`${AT}.autoScaling.diskGbEnabled`]: [[...REGION, "autoScaling", "diskGB", "enabled"], false],
      ...Object.fromEntries(
        SPECS.flatMap((specs) =>
          (
            [
              ["instanceSize", "instanceSize", "M50"],
              ["nodeCount", "nodeCount", 5],
              ["diskSizeGb", "diskSizeGB", 80],
              ["diskIops", "diskIOPS", 4000],
              ["ebsVolumeType", "ebsVolumeType", "PROVISIONED"],
            ] as const
          ).map(
            ([name, apiName, value]) =>
              [`${AT}.${specs}.${name}`, [[...REGION, specs, apiName], value]] as const,
          ),
        ),
      ),
      "advancedConfiguration.minimumEnabledTlsProtocol": [
        ["advancedConfiguration", "minimumEnabledTlsProtocol"],
        "TLS1_3",
      ],
      "advancedConfiguration.tlsCipherConfigMode": [
        ["advancedConfiguration", "tlsCipherConfigMode"],
        "CUSTOM",
      ],
    }),
    ...mutationsOf("processArgs", world.key(projectId, "big"), {
      "advancedConfiguration.javascriptEnabled": [["javascriptEnabled"], false],
      "advancedConfiguration.noTableScan": [["noTableScan"], true],
      "advancedConfiguration.oplogSizeMb": [["oplogSizeMB"], 2000],
      "advancedConfiguration.oplogMinRetentionHours": [["oplogMinRetentionHours"], 48],
      "advancedConfiguration.transactionLifetimeLimitSeconds": [["transactionLifetimeLimitSeconds"], 90],
      "advancedConfiguration.defaultMaxTimeMs": [["defaultMaxTimeMS"], 2000],
      "advancedConfiguration.sampleSizeBiConnector": [["sampleSizeBIConnector"], 200],
      "advancedConfiguration.sampleRefreshIntervalBiConnector": [["sampleRefreshIntervalBIConnector"], 400],
      "advancedConfiguration.changeStreamOptionsPreAndPostImagesExpireAfterSeconds": [
        ["changeStreamOptionsPreAndPostImagesExpireAfterSeconds"],
        200,
      ],
    }),
  ],
  notInConsole: {
    ...identity("projectId", "name"),
    ...ours("retainBackupsEnabled", "useEffectiveFields", "deleteOnCreateTimeout", "timeouts.create"),
  },
};

export const FLEX_CLUSTER: KindCase = {
  name: "FlexCluster",
  news: ({ projectId }) => ({
    projectId,
    name: "small",
    providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
    terminationProtectionEnabled: false,
    tags: { env: "test" },
    deleteOnCreateTimeout: true,
    timeouts: { create: "10m" },
  }),
  changes: { tags: { env: "dev" } },
  replaces: {},
  importId: ({ projectId }) => `${projectId}-small`,
  untold: ["deleteOnCreateTimeout", "timeouts"],
  mutations: ({ world, projectId }) =>
    mutationsOf("flexClusters", world.key(projectId, "small"), {
      terminationProtectionEnabled: [["terminationProtectionEnabled"], true],
      "tags.env": [["tags", 0, "value"], "other"],
      "providerSettings.backingProviderName": [["providerSettings", "backingProviderName"], "AZURE"],
      "providerSettings.regionName": [["providerSettings", "regionName"], "EU_WEST_2"],
    }),
  notInConsole: { ...identity("projectId", "name"), ...ours("deleteOnCreateTimeout", "timeouts.create") },
};

const item = (frequencyInterval: number, retentionUnit: string, retentionValue: number) => ({
  frequencyInterval,
  retentionUnit,
  retentionValue,
});
const ITEMS = [
  ["policyItemHourly", 0],
  ["policyItemDaily", 1],
  ["policyItemWeeklies[0]", 2],
  ["policyItemMonthlies[0]", 3],
  ["policyItemYearlies[0]", 4],
] as const;

export const CLOUD_BACKUP_SCHEDULE: KindCase = {
  name: "CloudBackupSchedule",
  prepare: withCluster,
  news: ({ projectId }) => ({
    projectId,
    clusterName: "main",
    autoExportEnabled: true,
    export: { exportBucketId: "5f00000000000000000000ee", frequencyType: "daily" },
    useOrgAndGroupNamesInExportPrefix: true,
    referenceHourOfDay: 2,
    referenceMinuteOfHour: 30,
    restoreWindowDays: 3,
    policyItemHourly: item(6, "days", 3),
    policyItemDaily: item(1, "days", 7),
    policyItemWeeklies: [item(6, "weeks", 4)],
    policyItemMonthlies: [item(40, "months", 12)],
    policyItemYearlies: [item(12, "years", 1)],
    copySettings: [
      {
        cloudProvider: "AWS",
        frequencies: ["DAILY", "WEEKLY"],
        regionName: "EU_WEST_2",
        shouldCopyOplogs: true,
        zoneId: "5f00000000000000000000ef",
      },
    ],
    skipDestroy: false,
    updateSnapshots: true,
  }),
  changes: { restoreWindowDays: 5, policyItemDaily: item(1, "days", 9) },
  replaces: { clusterName: "other", projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => `${projectId}-main`,
  untold: ["skipDestroy", "updateSnapshots"],
  mutations: ({ world, projectId }) =>
    mutationsOf("backupSchedules", world.key(projectId, "main"), {
      autoExportEnabled: [["autoExportEnabled"], false],
      "export.exportBucketId": [["export", "exportBucketId"], "other"],
      "export.frequencyType": [["export", "frequencyType"], "weekly"],
      useOrgAndGroupNamesInExportPrefix: [["useOrgAndGroupNamesInExportPrefix"], false],
      referenceHourOfDay: [["referenceHourOfDay"], 4],
      referenceMinuteOfHour: [["referenceMinuteOfHour"], 15],
      restoreWindowDays: [["restoreWindowDays"], 6],
      ...Object.fromEntries(
        ITEMS.flatMap(([property, index]) =>
          (
            [
              ["frequencyInterval", 2],
              ["retentionUnit", "other"],
              ["retentionValue", 99],
            ] as const
          ).map(
            ([name, value]) =>
              [`${property}.${name}`, [["policies", 0, "policyItems", index, name], value]] as const,
          ),
        ),
      ),
      "copySettings[0].cloudProvider": [["copySettings", 0, "cloudProvider"], "GCP"],
      "copySettings[0].frequencies": [["copySettings", 0, "frequencies"], ["DAILY"]],
      "copySettings[0].regionName": [["copySettings", 0, "regionName"], "EU_WEST_3"],
      "copySettings[0].shouldCopyOplogs": [["copySettings", 0, "shouldCopyOplogs"], false],
      "copySettings[0].zoneId": [["copySettings", 0, "zoneId"], "other"],
    }),
  notInConsole: {
    ...identity("projectId", "clusterName"),
    ...ours("skipDestroy"),
    ...because("an order for one change", "updateSnapshots"),
  },
  stays: true,
};
