import type { z } from "zod";
import { type ClusterBody, clusterFields } from "../bodies/cluster.ts";
import { requestBody } from "../bodies/request-body.ts";
import { checkTopology } from "../clusters/check-cluster.ts";
import { describeCluster } from "../clusters/describe-cluster.ts";
import { provideContainers } from "../clusters/provide-containers.ts";
import { AtlasFailure } from "../errors.ts";
import type { Json } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getFlexCluster } from "./flex-clusters.ts";
import { shown } from "./rows.ts";

const upgradeBody = requestBody(clusterFields.shape, clusterFields.readOnly) as z.ZodType<Upgrade>;

type Upgrade = Omit<ClusterBody, "clusterType"> & {
  readonly clusterType?: ClusterBody["clusterType"] | undefined;
};

export const tenantUpgradeRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/groups/{groupId}/flexClusters:tenantUpgrade",
    version: "2024-11-13",
    roles: ["GROUP_CLUSTER_MANAGER"],
    body: upgradeBody,
    handle: upgradeFlex,
  }),
];

/** A flex cluster becomes a dedicated one: another object with the same name, and with its documents. */
async function upgradeFlex({ simulation, groupId, body }: Call<Upgrade>): Promise<Json> {
  const key = keyOf(groupId, body.name);
  const flex = getFlexCluster(simulation, groupId, body.name);
  if (flex["stateName"] !== "IDLE") {
    throw new AtlasFailure("TENANT_UPGRADE_NOT_POSSIBLE", [body.name, `it is ${flex["stateName"]}`]);
  }
  const { clusterType = "REPLICASET" } = body;
  checkTopology(clusterType, body.replicationSpecs);
  const cluster = describeCluster(simulation, groupId, { ...body, clusterType });
  flex["$upgraded"] = true;
  await simulation.move("flexClusters", key, "gone");
  provideContainers(simulation, cluster);
  // The documents are found by the id.
  Object.assign(cluster, { id: flex["id"], backupEnabled: true, stateName: "UPDATING" });
  return shown(await simulation.begin("clusters", key, cluster));
}
