import { scheduleChange } from "../bodies/backup.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { getCluster } from "./rows.ts";

const VERSION = "2024-08-05";
const SCHEDULE = "/groups/{groupId}/clusters/{clusterName}/backup/schedule";
const MANAGER = ["GROUP_BACKUP_MANAGER"];

/** What every backed-up cluster begins with. Unverified but for that there is such a policy. */
const DEFAULT_ITEMS = [
  { frequencyType: "hourly", frequencyInterval: 6, retentionUnit: "days", retentionValue: 7 },
  { frequencyType: "daily", frequencyInterval: 1, retentionUnit: "days", retentionValue: 7 },
  { frequencyType: "weekly", frequencyInterval: 6, retentionUnit: "weeks", retentionValue: 4 },
  { frequencyType: "monthly", frequencyInterval: 40, retentionUnit: "months", retentionValue: 12 },
  { frequencyType: "yearly", frequencyInterval: 12, retentionUnit: "years", retentionValue: 1 },
];

export const backupScheduleRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: SCHEDULE,
    version: VERSION,
    roles: ["GROUP_READ_ONLY"],
    handle: (call) => scheduleAt(call),
  }),
  route({
    method: "PATCH",
    path: SCHEDULE,
    version: VERSION,
    roles: MANAGER,
    body: scheduleChange,
    handle: (call) => {
      const { simulation, body } = call;
      const { policies, updateSnapshots: _, deleteSnapshots: __, ...rest } = body;
      const schedule = Object.assign(scheduleAt(call), rest);
      if (policies !== undefined) {
        schedule["policies"] = policies.map(({ id, policyItems }) => ({
          id: id ?? simulation.newId(),
          policyItems: policyItems.map((item) => ({ ...item, id: item.id ?? simulation.newId() })),
        }));
      }
      return schedule;
    },
  }),
  route({
    method: "DELETE",
    path: SCHEDULE,
    version: VERSION,
    roles: MANAGER,
    // The schedule stays; its policies go.
    handle: (call) => {
      const schedule = scheduleAt(call);
      schedule["policies"] = [{ id: call.simulation.newId(), policyItems: [] }];
      schedule["copySettings"] = [];
      return schedule;
    },
  }),
];

/** @throws AtlasFailure where the cluster has no backup */
export function getBackedUpCluster(simulation: Simulation, groupId: string, name: string): Json {
  const cluster = getCluster(simulation, groupId, name);
  if (cluster["backupEnabled"] !== true) throw new AtlasFailure("BACKUP_CONFIG_NOT_FOUND", [name, groupId]);
  return cluster;
}

function scheduleAt(call: Call<unknown>): Json {
  const { simulation, groupId } = call;
  const name = call.param("clusterName");
  const cluster = getBackedUpCluster(simulation, groupId, name);
  const schedules = simulation.table("backupSchedules");
  const key = keyOf(groupId, name);
  return schedules.find(key) ?? schedules.put(key, newSchedule(simulation, cluster));
}

function newSchedule(simulation: Simulation, cluster: Json): Json {
  const policyItems = DEFAULT_ITEMS.map((item) => ({ ...item, id: simulation.newId() }));
  return {
    autoExportEnabled: false,
    clusterId: textAt(cluster, "id"),
    clusterName: textAt(cluster, "name"),
    copySettings: [],
    extraRetentionSettings: [],
    links: [],
    nextSnapshot: simulation.clock.stamp(6 * 3_600_000),
    policies: [{ id: simulation.newId(), policyItems }],
    referenceHourOfDay: 12,
    referenceMinuteOfHour: 0,
    restoreWindowDays: 7,
    useOrgAndGroupNamesInExportPrefix: false,
  };
}
