import { UNKNOWN } from "../property.ts";
import type { ResourceRule } from "../rule.ts";

const CLUSTERS = ["advancedCluster:AdvancedCluster", "flexCluster:FlexCluster", "cluster:Cluster"].map(
  (type) => `mongodbatlas:index/${type}`,
);

/** The guard that also holds against whoever deletes a cluster in Atlas's console. */
export const terminationProtection: ResourceRule = {
  name: "termination-protection",
  judges: "resource",
  description: "Atlas itself refuses to delete a cluster until its termination protection is taken off.",
  remedy: "Set terminationProtectionEnabled: true.",
  level: "mandatory",
  severity: "critical",
  check({ type, properties }) {
    if (!CLUSTERS.includes(type)) return [];
    const isOn = [true, UNKNOWN].includes(properties["terminationProtectionEnabled"] as boolean);
    return isOn ? [] : ["terminationProtectionEnabled is not true"];
  },
};
