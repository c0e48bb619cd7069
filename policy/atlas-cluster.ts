import { listAt, textAt } from "./property.ts";
import type { JudgedResource } from "./rule.ts";

/** True for dedicated clusters; AdvancedCluster can also be flex or shared, which have no backups of ours. */
export function isDedicatedCluster({ type, properties }: JudgedResource): boolean {
  if (type !== "mongodbatlas:index/advancedCluster:AdvancedCluster") return false;
  const regions = listAt(properties, "replicationSpecs").flatMap((spec) => listAt(spec, "regionConfigs"));
  return !regions.some((region) => ["FLEX", "TENANT"].includes(textAt(region, "providerName") ?? ""));
}
