import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { findMapAt, flagAt, textAt } from "../plain-values.ts";
import {
  type Fields,
  flag,
  number,
  object,
  objects,
  type Problem,
  type ResourceSchema,
  TRAITS,
  text,
  texts,
} from "./schema.ts";
import { clusterName, deleteOnCreateTimeout, projectId } from "./schema-shared.ts";

const { required, computed, output } = TRAITS;
const forceNew = { forceNew: true } as const;

const POLICY_ITEM: Fields = {
  frequencyInterval: number(required),
  frequencyType: text(output),
  id: text(output),
  retentionUnit: text(required),
  retentionValue: number(required),
};

const COPY_SETTING: Fields = {
  cloudProvider: text(computed),
  frequencies: texts({ computed: true, isSet: true }),
  regionName: text(computed),
  shouldCopyOplogs: flag(computed),
  zoneId: text(computed),
};

const policyItems = (wireName: string) => objects(POLICY_ITEM, { isBlock: true, wireName });

export const CLOUD_BACKUP_SCHEDULE: ResourceSchema = {
  type: "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
  version: 0,
  outputsId: true,
  legacy: true,
  rules: ({ restoreWindowDays }) =>
    typeof restoreWindowDays === "number" && restoreWindowDays <= 0
      ? [{ path: "restoreWindowDays", reason: "`restoreWindowDays` cannot be <= 0: leave it out for none" }]
      : [],
  fields: {
    autoExportEnabled: flag(),
    clusterId: text(output),
    // The schedule is the cluster's own: there is no way to move it.
    clusterName,
    copySettings: objects(COPY_SETTING, { isBlock: true }),
    export: object({ exportBucketId: text(computed), frequencyType: text(computed) }),
    idPolicy: text(output),
    nextSnapshot: text(output),
    policyItemDaily: object(POLICY_ITEM),
    policyItemHourly: object(POLICY_ITEM),
    policyItemMonthlies: policyItems("policy_item_monthly"),
    policyItemWeeklies: policyItems("policy_item_weekly"),
    policyItemYearlies: policyItems("policy_item_yearly"),
    projectId,
    referenceHourOfDay: number({ computed: true, range: [0, 23] }),
    referenceMinuteOfHour: number({ computed: true, range: [0, 59] }),
    restoreWindowDays: number(computed),
    skipDestroy: flag(),
    updateSnapshots: flag(computed),
    useOrgAndGroupNamesInExportPrefix: flag(computed),
  },
};

export const CLOUD_BACKUP_SNAPSHOT: ResourceSchema = {
  type: "mongodbatlas:index/cloudBackupSnapshot:CloudBackupSnapshot",
  version: 0,
  outputsId: true,
  legacy: true,
  limits: { create: 3600 },
  rules: ({ retentionInDays }) =>
    typeof retentionInDays === "number" && retentionInDays < 1
      ? [{ path: "retentionInDays", reason: "expected retentionInDays to be at least (1)" }]
      : [],
  fields: {
    cloudProvider: text(output),
    clusterName,
    createdAt: text(output),
    deleteOnCreateTimeout,
    description: text({ required: true, forceNew: true }),
    expiresAt: text(output),
    masterKeyUuid: text(output),
    members: objects({ cloudProvider: text(), id: text(), replicaSetName: text() }, output),
    mongodVersion: text(output),
    projectId,
    replicaSetName: text(output),
    retentionInDays: number({ required: true, forceNew: true }),
    snapshotId: text(output),
    snapshotIds: texts(output),
    snapshotType: text(output),
    status: text(output),
    storageSizeBytes: number(output),
    type: text(output),
  },
};

const isSet = (value: PropertyValue | undefined): boolean =>
  value !== undefined && value !== null && value !== "" && value !== 0;

function deliveryProblems(inputs: PropertyMap): readonly Problem[] {
  const config = inputs["deliveryTypeConfig"];
  if (!isPropertyMap(config)) return [];
  const path = "deliveryTypeConfig";
  const kinds = ["automated", "download", "pointInTime"].filter((name) => flagAt(config, name));
  if (kinds.length !== 1) {
    return [
      {
        path,
        reason:
          "you must submit exactly one type of restore job: `automated`, `download` or `pointInTime` set to true",
      },
    ];
  }
  const targets = ["targetClusterName", "targetProjectId"];
  if (kinds[0] === "download") {
    return targets
      .filter((name) => isSet(config[name]))
      .map((name) => ({ path: `${path}.${name}`, reason: "a download has no target: take it out" }));
  }
  const missing = targets
    .filter((name) => !isSet(config[name]))
    .map((name) => ({ path: `${path}.${name}`, reason: `\`${name}\` must be set for a restore` }));
  return kinds[0] === "pointInTime" ? [...missing, ...pointProblems(config)] : missing;
}

function pointProblems(config: PropertyMap): readonly Problem[] {
  const hasSeconds = isSet(config["pointInTimeUtcSeconds"]);
  const oplog = ["oplogTs", "oplogInc"].filter((name) => isSet(config[name]));
  if (hasSeconds ? oplog.length === 0 : oplog.length === 2) return [];
  const reason = hasSeconds
    ? "you can't use both `pointInTimeUtcSeconds` and `oplogTs` or `oplogInc`: take one out"
    : "`pointInTimeUtcSeconds`, or `oplogTs` and `oplogInc`, must be set";
  return [{ path: "deliveryTypeConfig", reason }];
}

/** How data gets to where it is wanted. */
export function deliveryTypeOf(values: PropertyMap): "automated" | "download" | "pointInTime" {
  const config = findMapAt(values, "deliveryTypeConfig") ?? {};
  if (flagAt(config, "download")) return "download";
  return flagAt(config, "pointInTime") ? "pointInTime" : "automated";
}

export const SNAPSHOT_RESTORE_JOB: ResourceSchema = {
  type: "mongodbatlas:index/cloudBackupSnapshotRestoreJob:CloudBackupSnapshotRestoreJob",
  version: 0,
  outputsId: true,
  legacy: true,
  rules: (inputs) =>
    deliveryTypeOf(inputs) !== "pointInTime" &&
    textAt(inputs, "snapshotId") === "" &&
    !isSet(inputs["snapshotId"])
      ? [...deliveryProblems(inputs), { path: "snapshotId", reason: "`snapshotId` must be set" }]
      : deliveryProblems(inputs),
  fields: {
    cancelled: flag(output),
    clusterName,
    deliveryTypeConfig: object(
      {
        automated: flag(forceNew),
        download: flag(forceNew),
        oplogInc: number(forceNew),
        oplogTs: number(forceNew),
        pointInTime: flag(forceNew),
        pointInTimeUtcSeconds: number(forceNew),
        targetClusterName: text(forceNew),
        targetProjectId: text(forceNew),
      },
      forceNew,
    ),
    deliveryUrls: texts(output),
    expired: flag(output),
    expiresAt: text(output),
    failed: flag(output),
    finishedAt: text(output),
    projectId,
    snapshotId: text(forceNew),
    snapshotRestoreJobId: text(output),
    timestamp: text(output),
  },
};
