import type { SimulatedAtlas } from "../simulated-atlas.ts";
import { CUSTOM_DB_ROLE, DATABASE_USER, IP_ACCESS_LIST, PROJECT } from "./access-kinds.ts";
import { ADVANCED_CLUSTER, CLOUD_BACKUP_SCHEDULE, FLEX_CLUSTER } from "./cluster-kinds.ts";
import {
  CLOUD_BACKUP_SNAPSHOT,
  SEARCH_DEPLOYMENT,
  SEARCH_INDEX,
  SNAPSHOT_RESTORE_JOB,
} from "./data-kinds.ts";
import type { KindCase, Setting } from "./kind-case.ts";
import {
  NETWORK_CONTAINER,
  NETWORK_PEERING,
  PRIVATE_LINK_ENDPOINT,
  PRIVATE_LINK_ENDPOINT_SERVICE,
} from "./network-kinds.ts";
import { ALERT_CONFIGURATION, AUDITING, ENCRYPTION_AT_REST, MAINTENANCE_WINDOW } from "./project-kinds.ts";

export const KIND_CASES: readonly KindCase[] = [
  PROJECT,
  DATABASE_USER,
  CUSTOM_DB_ROLE,
  IP_ACCESS_LIST,
  ADVANCED_CLUSTER,
  FLEX_CLUSTER,
  CLOUD_BACKUP_SCHEDULE,
  CLOUD_BACKUP_SNAPSHOT,
  SNAPSHOT_RESTORE_JOB,
  SEARCH_INDEX,
  SEARCH_DEPLOYMENT,
  AUDITING,
  ENCRYPTION_AT_REST,
  ALERT_CONFIGURATION,
  MAINTENANCE_WINDOW,
  NETWORK_CONTAINER,
  NETWORK_PEERING,
  PRIVATE_LINK_ENDPOINT,
  PRIVATE_LINK_ENDPOINT_SERVICE,
];

/** A project with what the kind needs. */
export async function settingOf(kind: KindCase, world: SimulatedAtlas): Promise<Setting> {
  const projectId = await world.project();
  const parts = (await kind.prepare?.(world, projectId)) ?? {};
  return { world, projectId, parts };
}
