import { Secret } from "../../../../src/protocol/property-value.ts";
import { outputAt } from "../simulated-atlas.ts";
import { because, identity, type KindCase, mutationsOf, WRITE_ONLY } from "./kind-case.ts";

export const AUDITING: KindCase = {
  name: "Auditing",
  news: ({ projectId }) => ({
    projectId,
    enabled: true,
    auditAuthorizationSuccess: false,
    auditFilter: JSON.stringify({ atype: { $in: ["authenticate"] } }),
  }),
  changes: { auditAuthorizationSuccess: true, auditFilter: JSON.stringify({ atype: "dropUser" }) },
  replaces: { projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => projectId,
  mutations: ({ world, projectId }) =>
    mutationsOf("auditLogs", world.key(projectId), {
      enabled: [["enabled"], false],
      auditAuthorizationSuccess: [["auditAuthorizationSuccess"], true],
      auditFilter: [["auditFilter"], "{}"],
    }),
  notInConsole: identity("projectId"),
  stays: true,
};

const AWS = ["customerMasterKeyId", "enabled", "region", "requirePrivateNetworking", "accessKeyId"] as const;
const AZURE = [
  ...["azureEnvironment", "clientId", "enabled", "keyIdentifier", "keyVaultName", "requirePrivateNetworking"],
  ...["resourceGroupName", "subscriptionId", "tenantId"],
];
const toApi = (name: string): string => name.replace(/(Key|client|subscription|tenant|Resource)Id$/, "$1ID");

const keyMutations = (block: string, store: string, names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => {
      const value = name === "enabled" ? false : name.startsWith("require") ? true : "other";
      return [`${block}.${name}`, [[store, toApi(name)], value]] as const;
    }),
  );

export const ENCRYPTION_AT_REST: KindCase = {
  name: "EncryptionAtRest",
  news: ({ projectId }) => ({
    projectId,
    enabledForSearchNodes: true,
    awsKmsConfig: {
      enabled: true,
      accessKeyId: new Secret("AKIA"),
      secretAccessKey: new Secret("aws-secret"),
      customerMasterKeyId: new Secret("key-1"),
      region: "eu-west-1",
      requirePrivateNetworking: false,
    },
    azureKeyVaultConfig: {
      enabled: true,
      azureEnvironment: "AZURE",
      clientId: new Secret("client"),
      keyIdentifier: new Secret("https://vault/keys/k"),
      keyVaultName: "vault",
      requirePrivateNetworking: false,
      resourceGroupName: "group",
      secret: new Secret("azure-secret"),
      subscriptionId: new Secret("subscription"),
      tenantId: new Secret("tenant"),
    },
    googleCloudKmsConfig: {
      enabled: true,
      keyVersionResourceId: new Secret("projects/p/keys/k/1"),
      roleId: "5f00000000000000000000e1",
      serviceAccountKey: new Secret("{}"),
    },
  }),
  changes: { enabledForSearchNodes: false },
  replaces: { projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => projectId,
  untold: ["awsKmsConfig", "azureKeyVaultConfig", "googleCloudKmsConfig"],
  mutations: ({ world, projectId }) =>
    mutationsOf("encryption", world.key(projectId), {
      enabledForSearchNodes: [["enabledForSearchNodes"], false],
      ...keyMutations("awsKmsConfig", "awsKms", AWS),
      ...keyMutations("azureKeyVaultConfig", "azureKeyVault", AZURE),
      ...keyMutations("googleCloudKmsConfig", "googleCloudKms", [
        "enabled",
        "keyVersionResourceId",
        "roleId",
      ]),
    }),
  notInConsole: {
    ...identity("projectId"),
    ...because(
      WRITE_ONLY,
      "awsKmsConfig.secretAccessKey",
      "azureKeyVaultConfig.secret",
      "googleCloudKmsConfig.serviceAccountKey",
    ),
  },
  stays: true,
};

export const ALERT_CONFIGURATION: KindCase = {
  name: "AlertConfiguration",
  news: ({ projectId }) => ({
    projectId,
    enabled: true,
    eventType: "OUTSIDE_METRIC_THRESHOLD",
    severityOverride: "WARNING",
    matchers: [{ fieldName: "HOSTNAME", operator: "EQUALS", value: "h" }],
    metricThresholdConfig: {
      metricName: "DISK_PARTITION_SPACE_USED_DATA",
      operator: "GREATER_THAN",
      threshold: 80,
      units: "RAW",
      mode: "AVERAGE",
    },
    notifications: [
      {
        typeName: "GROUP",
        roles: ["GROUP_OWNER"],
        delayMin: 5,
        intervalMin: 60,
        emailEnabled: true,
        smsEnabled: false,
      },
      { typeName: "EMAIL", emailAddress: "on-call@example.org", delayMin: 5, intervalMin: 60 },
      { typeName: "SLACK", channelName: "alerts", apiToken: new Secret("slack-token"), intervalMin: 60 },
    ],
  }),
  changes: { enabled: false, severityOverride: "CRITICAL" },
  replaces: { projectId: "5f0000000000000000000002" },
  importId: ({ projectId }, recorded) => `${projectId}-${outputAt(recorded, "alertConfigurationId")}`,
  untold: ["notifications"],
  mutations: ({ world, projectId }, recorded) =>
    mutationsOf("alerts", world.key(projectId, outputAt(recorded, "alertConfigurationId")), {
      enabled: [["enabled"], false],
      eventType: [["eventTypeName"], "NO_PRIMARY"],
      severityOverride: [["severityOverride"], "INFO"],
      "matchers[0].fieldName": [["matchers", 0, "fieldName"], "PORT"],
      "matchers[0].operator": [["matchers", 0, "operator"], "CONTAINS"],
      "matchers[0].value": [["matchers", 0, "value"], "other"],
      "metricThresholdConfig.metricName": [["metricThreshold", "metricName"], "OTHER"],
      "metricThresholdConfig.operator": [["metricThreshold", "operator"], "LESS_THAN"],
      "metricThresholdConfig.threshold": [["metricThreshold", "threshold"], 90],
      "metricThresholdConfig.units": [["metricThreshold", "units"], "BITS"],
      "metricThresholdConfig.mode": [["metricThreshold", "mode"], "OTHER"],
      "notifications[0].typeName": [["notifications", 0, "typeName"], "ORG"],
      "notifications[0].roles": [["notifications", 0, "roles"], ["GROUP_READ_ONLY"]],
      "notifications[0].delayMin": [["notifications", 0, "delayMin"], 6],
      "notifications[0].intervalMin": [["notifications", 0, "intervalMin"], 30],
      "notifications[0].emailEnabled": [["notifications", 0, "emailEnabled"], false],
      "notifications[0].smsEnabled": [["notifications", 0, "smsEnabled"], true],
      "notifications[1].typeName": [["notifications", 1, "typeName"], "USER"],
      "notifications[1].emailAddress": [["notifications", 1, "emailAddress"], "other@example.org"],
      "notifications[1].delayMin": [["notifications", 1, "delayMin"], 6],
      "notifications[1].intervalMin": [["notifications", 1, "intervalMin"], 30],
      "notifications[2].typeName": [["notifications", 2, "typeName"], "DATADOG"],
      "notifications[2].channelName": [["notifications", 2, "channelName"], "other"],
      "notifications[2].intervalMin": [["notifications", 2, "intervalMin"], 30],
    }),
  notInConsole: { ...identity("projectId"), ...because(WRITE_ONLY, "notifications[2].apiToken") },
};

export const MAINTENANCE_WINDOW: KindCase = {
  name: "MaintenanceWindow",
  news: ({ projectId }) => ({
    projectId,
    dayOfWeek: 3,
    hourOfDay: 4,
    autoDeferOnceEnabled: false,
    protectedHours: { startHourOfDay: 9, endHourOfDay: 17 },
  }),
  changes: { hourOfDay: 5, autoDeferOnceEnabled: true },
  replaces: { projectId: "5f0000000000000000000002" },
  importId: ({ projectId }) => projectId,
  mutations: ({ world, projectId }) =>
    mutationsOf("maintenance", world.key(projectId), {
      dayOfWeek: [["dayOfWeek"], 5],
      hourOfDay: [["hourOfDay"], 6],
      autoDeferOnceEnabled: [["autoDeferOnceEnabled"], true],
      "protectedHours.startHourOfDay": [["protectedHours", "startHourOfDay"], 8],
      "protectedHours.endHourOfDay": [["protectedHours", "endHourOfDay"], 18],
    }),
  notInConsole: identity("projectId"),
  stays: true,
};
