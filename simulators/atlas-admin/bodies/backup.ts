import { z } from "zod";
import { requestBody } from "./request-body.ts";
import { id } from "./shared.ts";

const retentionUnit = z.enum(["days", "weeks", "months", "years"]);
const frequencyType = z.enum(["hourly", "daily", "weekly", "monthly", "yearly", "ondemand"]);

const policyItem = requestBody({
  id: z.string().optional(),
  frequencyInterval: z.number().int().positive(),
  frequencyType,
  retentionUnit,
  retentionValue: z.number().int().positive(),
});

const copySetting = z.strictObject({
  cloudProvider: z.enum(["AWS", "AZURE", "GCP"]).optional(),
  copyPolicyItems: z.array(z.json()).optional(),
  frequencies: z.array(z.enum(["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "ON_DEMAND"])).optional(),
  lastNumberOfSnapshots: z.number().int().optional(),
  regionName: z.string().optional(),
  shouldCopyOplogs: z.boolean().optional(),
  zoneId: z.string(),
});

export const scheduleChange = requestBody(
  {
    autoCopySettingsEnabled: z.boolean().optional(),
    autoExportEnabled: z.boolean().optional(),
    copyPolicyItemsEnabled: z.boolean().optional(),
    copySettings: z.array(copySetting).optional(),
    deleteCopiedBackups: z.array(z.json()).optional(),
    deleteCopySnapshots: z.boolean().optional(),
    deleteSnapshots: z.boolean().optional(),
    export: z
      .strictObject({ exportBucketId: z.string().optional(), frequencyType: z.string().optional() })
      .optional(),
    extraRetentionSettings: z.array(z.json()).optional(),
    policies: z
      .array(z.strictObject({ id: z.string().optional(), policyItems: z.array(policyItem) }))
      .optional(),
    referenceHourOfDay: z.number().int().min(0).max(23).optional(),
    referenceMinuteOfHour: z.number().int().min(0).max(59).optional(),
    restoreWindowDays: z.number().int().positive().optional(),
    updateCopySnapshots: z.boolean().optional(),
    updateSnapshots: z.boolean().optional(),
    useOrgAndGroupNamesInExportPrefix: z.boolean().optional(),
  },
  ["clusterId", "clusterName", "nextSnapshot"],
);

export const snapshotBody = requestBody({
  description: z.string().optional(),
  retentionInDays: z.number().int().positive().optional(),
});

export const snapshotChange = requestBody({
  retentionUnit: z.enum(["DAYS", "WEEKS", "MONTHS", "YEARS"]),
  retentionValue: z.number().int().positive(),
});

const source = {
  oplogInc: z.number().int().optional(),
  oplogTs: z.number().int().optional(),
  snapshotId: id.optional(),
};

export const restoreBody = requestBody(
  {
    ...source,
    deliveryType: z.enum(["automated", "download", "pointInTime"]),
    pointInTimeUTCSeconds: z.number().int().optional(),
    targetClusterName: z.string().optional(),
    targetGroupId: id.optional(),
  },
  [
    "cancelled",
    "components",
    "deliveryUrl",
    "desiredTimestamp",
    "expired",
    "expiresAt",
    "failed",
    "finishedAt",
    "id",
    "privateDownloadDeliveryUrls",
    "timestamp",
  ],
);

export type RestoreBody = z.infer<typeof restoreBody>;

const namespace = z.strictObject({
  sourceNamespace: z.string().min(1),
  targetNamespace: z.string().optional(),
});

export const collectionRestoreBody = requestBody({
  ...source,
  collectionSuffix: z.string().optional(),
  collections: z.array(namespace).max(100).optional(),
  databaseSuffix: z.string().optional(),
  databases: z.array(namespace).max(100).optional(),
  // The words of these two are unverified but for OVERWRITE_EXISTING.
  indexStrategy: z.enum(["ALL", "NONE", "ALL_EXCEPT_TTL"]),
  pointInTimeUtcSeconds: z.number().int().optional(),
  targetClusterName: z.string(),
  targetGroupId: id,
  writeStrategy: z.enum(["CREATE_NEW", "OVERWRITE_EXISTING"]),
});

export type CollectionRestoreBody = z.infer<typeof collectionRestoreBody>;

export const flexRestoreBody = requestBody({
  snapshotId: id,
  targetDeploymentItemName: z.string(),
  targetProjectId: id.optional(),
});

export type FlexRestoreBody = z.infer<typeof flexRestoreBody>;
