import { flag, map, number, type ResourceSchema, TRAITS, text, timeouts } from "./schema.ts";

const { required, computed, output } = TRAITS;
const forceNew = { forceNew: true } as const;

/** Settings that a project always has, on or off. */
export const PROJECT_FLAGS = [
  "isClusterAiAssistantEnabled",
  "isCollectDatabaseSpecificsStatisticsEnabled",
  "isDataExplorerEnabled",
  "isDataExplorerGenAiFeaturesEnabled",
  "isDataExplorerGenAiSampleDocumentPassingEnabled",
  "isExtendedStorageSizesEnabled",
  "isNativeRerankingEnabled",
  "isPerformanceAdvisorEnabled",
  "isRealtimePerformancePanelEnabled",
  "isSchemaAdvisorEnabled",
] as const;

export const PROJECT: ResourceSchema = {
  type: "mongodbatlas:index/project:Project",
  version: 0,
  outputsId: true,
  fields: {
    clusterCount: number(output),
    created: text(output),
    ipAddresses: {
      kind: "object",
      ...output,
      fields: {
        services: {
          kind: "object",
          fields: {
            clusters: {
              kind: "objects",
              fields: { clusterName: text(), inbounds: { kind: "texts" }, outbounds: { kind: "texts" } },
            },
          },
        },
      },
    },
    ...Object.fromEntries(PROJECT_FLAGS.map((name) => [name, flag(computed)])),
    isSlowOperationThresholdingEnabled: flag(computed),
    limits: {
      kind: "objects",
      isSet: true,
      isBlock: true,
      fields: {
        name: text(required),
        value: number(required),
        currentUsage: number(output),
        defaultLimit: number(output),
        maximumLimit: number(output),
      },
    },
    name: text({ required: true, autoname: true }),
    orgId: text({ required: true, forceNew: true }),
    projectOwnerId: text({ createOnly: true }),
    regionUsageRestrictions: text(computed),
    tags: map(),
    teams: {
      kind: "objects",
      isSet: true,
      isBlock: true,
      fields: { teamId: text(required), roleNames: { kind: "texts", isSet: true, required: true } },
    },
    withDefaultAlertsSettings: flag({ computed: true, default: true, createOnly: true }),
  },
};

const otherLogins = ["x509Type", "ldapAuthType", "awsIamType"];

export const DATABASE_USER: ResourceSchema = {
  type: "mongodbatlas:index/databaseUser:DatabaseUser",
  version: 0,
  outputsId: true,
  fields: {
    // Part of the user's address in the API: it cannot be changed there.
    authDatabaseName: text({ required: true, forceNew: true }),
    awsIamType: text({ computed: true, default: "NONE", oneOf: ["NONE", "USER", "ROLE"] }),
    description: text(),
    labels: {
      kind: "objects",
      isSet: true,
      isBlock: true,
      fields: { key: text(computed), value: text(computed) },
    },
    ldapAuthType: text({ computed: true, default: "NONE", oneOf: ["NONE", "USER", "GROUP"] }),
    oidcAuthType: text({ computed: true, default: "NONE" }),
    password: text({ secret: true, conflicts: otherLogins }),
    passwordWo: text({ secret: true, writeOnly: true, conflicts: ["password", ...otherLogins] }),
    passwordWoVersion: number(),
    projectId: text({ required: true, forceNew: true }),
    roles: {
      kind: "objects",
      isSet: true,
      isBlock: true,
      required: true,
      fields: { collectionName: text(), databaseName: text(required), roleName: text(required) },
    },
    scopes: { kind: "objects", isSet: true, isBlock: true, fields: { name: text(), type: text() } },
    username: text({ required: true, forceNew: true }),
    x509Type: text({ computed: true, default: "NONE", oneOf: ["NONE", "MANAGED", "CUSTOMER"] }),
  },
};

const address = { computed: true, forceNew: true } as const;

export const IP_ACCESS_LIST: ResourceSchema = {
  type: "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList",
  version: 0,
  outputsId: true,
  fields: {
    awsSecurityGroup: text({ ...address, conflicts: ["ipAddress", "cidrBlock"] }),
    cidrBlock: text({ ...address, conflicts: ["awsSecurityGroup", "ipAddress"] }),
    comment: text(address),
    ipAddress: text({ ...address, conflicts: ["awsSecurityGroup", "cidrBlock"] }),
    projectId: text({ required: true, ...forceNew }),
    timeouts: timeouts("read", "delete"),
  },
};
