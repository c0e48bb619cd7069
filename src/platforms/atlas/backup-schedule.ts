import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";
import type { DocumentCluster } from "../managed-databases.ts";

export interface BackupOptions {
  /** Reach of point-in-time restore, days. */
  readonly pointInTime: number;
  /** How long each kind of snapshot is kept: days, weeks, months. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

const EVERY_HOURS = 6;
const SATURDAY = 6;
/** Atlas's spelling of the last day of a month. */
const LAST_DAY = 40;
/** UTC. */
const QUIET_HOUR = 2;

/** Data snapshots every six hours, kept by day, week and month, and restore to any point of the last days. */
export function createBackupSchedule(
  name: string,
  args: { cluster: DocumentCluster; options: BackupOptions; protect: boolean },
  opts: pulumi.CustomResourceOptions,
): void {
  const { cluster, options, protect } = args;
  new atlas.CloudBackupSchedule(
    name,
    {
      projectId: cluster.projectId,
      clusterName: cluster.name,
      referenceHourOfDay: QUIET_HOUR,
      referenceMinuteOfHour: 0,
      restoreWindowDays: options.pointInTime,
      policyItemHourly: {
        frequencyInterval: EVERY_HOURS,
        retentionUnit: "days",
        retentionValue: options.pointInTime,
      },
      policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: options.daily },
      policyItemWeeklies: [
        { frequencyInterval: SATURDAY, retentionUnit: "weeks", retentionValue: options.weekly },
      ],
      policyItemMonthlies: [
        { frequencyInterval: LAST_DAY, retentionUnit: "months", retentionValue: options.monthly },
      ],
    },
    { ...opts, protect, dependsOn: [cluster.resource] },
  );
}
