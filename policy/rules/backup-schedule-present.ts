import { isDedicatedCluster } from "../atlas-cluster.ts";
import { textAt, UNKNOWN, valueAt } from "../property.ts";
import type { JudgedResource, StackRule } from "../rule.ts";

const RHYTHMS = ["Hourly", "Daily", "Weeklies", "Monthlies", "Yearlies"];

/** Backups that are on but taken by Atlas's default schedule are nobody's decision. */
export const backupSchedulePresent: StackRule = {
  name: "backup-schedule-present",
  judges: "stack",
  description: "Every dedicated Atlas cluster has a backup schedule that the stack itself sets.",
  remedy: "Add a CloudBackupSchedule with the cluster's name and at least one policy item.",
  level: "mandatory",
  severity: "high",
  check(resources) {
    const schedules = resources.filter(
      ({ type }) => type === "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
    );
    const missing = resources.filter(
      (cluster) => isDedicatedCluster(cluster) && !schedules.some((one) => isScheduleOf(one, cluster)),
    );
    const empty = schedules.filter((schedule) => !hasRhythm(schedule));
    return [
      ...missing.map(({ urn }) => ({ urn, message: "the cluster has no CloudBackupSchedule" })),
      ...empty.map(({ urn }) => ({ urn, message: "the schedule says no rhythm in which to take snapshots" })),
    ];
  },
};

/** What a preview does not know yet is taken to fit. */
function isScheduleOf(schedule: JudgedResource, cluster: JudgedResource): boolean {
  const named = valueAt(schedule.properties, "clusterName");
  return named === UNKNOWN || named === textAt(cluster.properties, "name");
}

function hasRhythm({ properties }: JudgedResource): boolean {
  return RHYTHMS.some((rhythm) => (properties[`policyItem${rhythm}`] ?? undefined) !== undefined);
}
