import { isDedicatedCluster } from "../atlas-cluster.ts";
import { UNKNOWN } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

/** Without them there is nothing to roll data back to. */
export const backupsEnabled: ResourceRule = {
  name: "backups-enabled",
  judges: "resource",
  description: "Atlas clusters are backed up, restorable to a point in time, and their backups outlive them.",
  remedy:
    "Set backupEnabled, pitEnabled and retainBackupsEnabled; a flex cluster has no point-in-time restore.",
  level: "mandatory",
  severity: "critical",
  settings: {
    pointInTime: {
      description:
        "Whether clusters must be restorable to a point in time; false where only snapshots are needed.",
      type: "boolean",
      default: true,
    },
  },
  check(resource, settings) {
    const { type, properties } = resource;
    const pointInTime = settings["pointInTime"] === true;
    if (type === "mongodbatlas:index/flexCluster:FlexCluster") {
      return pointInTime ? ["a flex cluster has no point-in-time restore"] : [];
    }
    if (!isDedicatedCluster(resource)) return [];
    return ["backupEnabled", "retainBackupsEnabled", ...(pointInTime ? ["pitEnabled"] : [])]
      .filter((field) => properties[field] !== true && properties[field] !== UNKNOWN)
      .map((field) => `${field} is not true`);
  },
};
