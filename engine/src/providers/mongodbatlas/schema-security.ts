import { textAt } from "../plain-values.ts";
import { flag, number, object, objects, type ResourceSchema, TRAITS, text } from "./schema.ts";
import { projectId } from "./schema-shared.ts";

const { required, computed, output } = TRAITS;

export const CUSTOM_DB_ROLE: ResourceSchema = {
  type: "mongodbatlas:index/customDbRole:CustomDbRole",
  version: 0,
  outputsId: true,
  legacy: true,
  rules: (inputs) => {
    const roleName = textAt(inputs, "roleName");
    if (roleName !== "" && !/^[\w-]+$/.test(roleName)) {
      return [
        { path: "roleName", reason: "`roleName` can contain only letters, digits, underscores, and dashes" },
      ];
    }
    return roleName.startsWith("xgen-")
      ? [{ path: "roleName", reason: "`roleName` cannot start with 'xgen-': choose another name" }]
      : [];
  },
  fields: {
    actions: objects(
      {
        action: text(required),
        resources: objects(
          { cluster: flag(), collectionName: text(), databaseName: text() },
          { required: true, isSet: true },
        ),
      },
      { isSet: true, isBlock: true },
    ),
    inheritedRoles: objects(
      { databaseName: text(required), roleName: text(required) },
      { isSet: true, isBlock: true },
    ),
    projectId,
    roleName: text({ required: true, forceNew: true }),
  },
};

export const AUDITING: ResourceSchema = {
  type: "mongodbatlas:index/auditing:Auditing",
  version: 0,
  outputsId: true,
  legacy: true,
  fields: {
    auditAuthorizationSuccess: flag(computed),
    auditFilter: text({ computed: true, json: true }),
    configurationType: text(output),
    enabled: flag(computed),
    projectId,
  },
};

const secret = { secret: true } as const;

/** Our names of the keys of each provider, with Atlas' names where they differ by more than that. */
export const KEY_STORES = {
  awsKmsConfig: {
    apiName: "awsKms",
    names: {
      accessKeyId: "accessKeyID",
      customerMasterKeyId: "customerMasterKeyID",
      enabled: "enabled",
      region: "region",
      requirePrivateNetworking: "requirePrivateNetworking",
      roleId: "roleId",
      secretAccessKey: "secretAccessKey",
      valid: "valid",
    },
  },
  azureKeyVaultConfig: {
    apiName: "azureKeyVault",
    names: {
      azureEnvironment: "azureEnvironment",
      clientId: "clientID",
      enabled: "enabled",
      keyIdentifier: "keyIdentifier",
      keyVaultName: "keyVaultName",
      requirePrivateNetworking: "requirePrivateNetworking",
      resourceGroupName: "resourceGroupName",
      roleId: "roleId",
      secret: "secret",
      subscriptionId: "subscriptionID",
      tenantId: "tenantID",
      valid: "valid",
    },
  },
  googleCloudKmsConfig: {
    apiName: "googleCloudKms",
    names: {
      enabled: "enabled",
      keyVersionResourceId: "keyVersionResourceID",
      roleId: "roleId",
      serviceAccountKey: "serviceAccountKey",
      valid: "valid",
    },
  },
} as const;

export const ENCRYPTION_AT_REST: ResourceSchema = {
  type: "mongodbatlas:index/encryptionAtRest:EncryptionAtRest",
  version: 0,
  outputsId: true,
  rules: (inputs) => {
    const aws = inputs["awsKmsConfig"];
    const has = (name: string) => typeof aws === "object" && aws !== null && name in aws;
    return has("roleId") && (has("accessKeyId") || has("secretAccessKey"))
      ? [
          {
            path: "awsKmsConfig",
            reason:
              "For credentials: `accessKeyId` and `secretAccessKey` are allowed but not `roleId`. For roles: `roleId` is allowed but not `accessKeyId` and `secretAccessKey`",
          },
        ]
      : [];
  },
  fields: {
    awsKmsConfig: object({
      accessKeyId: text(secret),
      customerMasterKeyId: text(secret),
      enabled: flag(computed),
      region: text(),
      requirePrivateNetworking: flag(computed),
      roleId: text(),
      secretAccessKey: text(secret),
      valid: flag(output),
    }),
    azureKeyVaultConfig: object({
      azureEnvironment: text(),
      clientId: text({ computed: true, secret: true }),
      enabled: flag(computed),
      keyIdentifier: text(secret),
      keyVaultName: text(),
      requirePrivateNetworking: flag(computed),
      resourceGroupName: text(),
      roleId: text(),
      secret: text(secret),
      subscriptionId: text(secret),
      tenantId: text({ computed: true, secret: true }),
      valid: flag(output),
    }),
    enabledForSearchNodes: flag({ computed: true, default: false }),
    googleCloudKmsConfig: object({
      enabled: flag(computed),
      keyVersionResourceId: text(secret),
      roleId: text(),
      serviceAccountKey: text(secret),
      valid: flag(output),
    }),
    projectId,
  },
};

export const MAINTENANCE_WINDOW: ResourceSchema = {
  type: "mongodbatlas:index/maintenanceWindow:MaintenanceWindow",
  version: 0,
  outputsId: true,
  legacy: true,
  fields: {
    autoDefer: flag(computed),
    autoDeferOnceEnabled: flag(computed),
    dayOfWeek: number({ required: true, range: [1, 7] }),
    defer: flag(computed),
    hourOfDay: number({ required: true, range: [0, 23] }),
    numberOfDeferrals: number(output),
    projectId,
    protectedHours: object({ endHourOfDay: number(required), startHourOfDay: number(required) }),
    startAsap: flag(output),
    timeZoneId: text(output),
  },
};
