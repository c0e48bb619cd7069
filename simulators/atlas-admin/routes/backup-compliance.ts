import type { z } from "zod";
import { compliancePolicy } from "../bodies/security.ts";
import { AtlasFailure } from "../errors.ts";
import type { Json } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";

const COMPLIANCE = "/groups/{groupId}/backupCompliancePolicy";
const VERSION = "2023-10-01";
const OWNER = ["GROUP_OWNER"];

export const backupComplianceRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: COMPLIANCE,
    version: VERSION,
    roles: OWNER,
    handle: ({ simulation, groupId }) => simulation.table("compliancePolicies").find(keyOf(groupId)) ?? {},
  }),
  route({
    method: "PUT",
    path: COMPLIANCE,
    version: VERSION,
    roles: OWNER,
    body: compliancePolicy,
    handle: setPolicy,
  }),
  route({
    method: "DELETE",
    path: COMPLIANCE,
    version: "2024-11-13",
    status: 204,
    roles: OWNER,
    // Whoever has it, has it: support alone can lift it.
    handle: ({ simulation, groupId }) => {
      const policy = simulation.table("compliancePolicies").find(keyOf(groupId));
      if (policy !== undefined && policy["deletable"] !== true) {
        throw new AtlasFailure("BACKUP_POLICIES_NOT_DELETABLE", [groupId]);
      }
      simulation.table("compliancePolicies").remove(keyOf(groupId));
    },
  }),
];

function setPolicy({ simulation, groupId, body, query }: Call<z.infer<typeof compliancePolicy>>): Json {
  refuseUnready(simulation, groupId, query);
  const withId = (item: Json): Json => ({ ...item, id: item["id"] ?? simulation.newId() });
  const { onDemandPolicyItem: onDemand, scheduledPolicyItems = [], ...rest } = body;
  return simulation.table("compliancePolicies").put(keyOf(groupId), {
    copyProtectionEnabled: false,
    encryptionAtRestEnabled: false,
    pitEnabled: false,
    restoreWindowDays: 0,
    ...rest,
    ...(onDemand === undefined ? {} : { onDemandPolicyItem: withId(onDemand) }),
    scheduledPolicyItems: scheduledPolicyItems.map(withId),
    deletable: false,
    projectId: groupId,
    state: "ACTIVE",
    updatedDate: simulation.clock.stamp(),
    updatedUser: body.authorizedEmail,
  });
}

/** A policy asks every cluster for a backup, unless it is told to overwrite their settings. */
function refuseUnready(simulation: Simulation, groupId: string, query: URLSearchParams): void {
  const clusters = simulation.table("clusters").below(groupId);
  const lacking = clusters.find(({ backupEnabled }) => backupEnabled !== true);
  if (lacking === undefined) return;
  if (query.get("overwriteBackupPolicies") === "false") {
    throw new AtlasFailure("BACKUP_CONFIG_NOT_FOUND", [String(lacking["name"]), groupId]);
  }
  for (const cluster of clusters) cluster["backupEnabled"] = true;
}
