import type { Route } from "../route.ts";
import { accessListRoutes } from "./access-list.ts";
import { alertRoutes } from "./alerts.ts";
import { backupComplianceRoutes } from "./backup-compliance.ts";
import { backupScheduleRoutes } from "./backup-schedules.ts";
import { clusterSettingsRoutes } from "./cluster-settings.ts";
import { clusterRoutes } from "./clusters.ts";
import { collectionRestoreJobRoutes } from "./collection-restore-jobs.ts";
import { containerRoutes } from "./containers.ts";
import { customRoleRoutes } from "./custom-roles.ts";
import { databaseUserRoutes } from "./database-users.ts";
import { eventRoutes } from "./events.ts";
import { flexBackupRoutes } from "./flex-backups.ts";
import { flexClusterRoutes } from "./flex-clusters.ts";
import { maintenanceRoutes } from "./maintenance.ts";
import { outageRoutes } from "./outages.ts";
import { peerRoutes } from "./peers.ts";
import { privateEndpointRoutes } from "./private-endpoints.ts";
import { projectSecurityRoutes } from "./project-security.ts";
import { projectSettingsRoutes } from "./project-settings.ts";
import { projectTeamRoutes } from "./project-teams.ts";
import { projectRoutes } from "./projects.ts";
import { restoreJobRoutes } from "./restore-jobs.ts";
import { searchDeploymentRoutes } from "./search-deployments.ts";
import { searchIndexRoutes } from "./search-indexes.ts";
import { serviceAccountRoutes } from "./service-accounts.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { tenantUpgradeRoutes } from "./tenant-upgrades.ts";

/** Everything that the simulator answers to. */
export const allRoutes: readonly Route[] = [
  ...accessListRoutes,
  ...alertRoutes,
  ...backupComplianceRoutes,
  ...backupScheduleRoutes,
  ...clusterSettingsRoutes,
  ...clusterRoutes,
  ...collectionRestoreJobRoutes,
  ...containerRoutes,
  ...customRoleRoutes,
  ...databaseUserRoutes,
  ...eventRoutes,
  ...flexBackupRoutes,
  ...flexClusterRoutes,
  ...maintenanceRoutes,
  ...outageRoutes,
  ...peerRoutes,
  ...privateEndpointRoutes,
  ...projectSecurityRoutes,
  ...projectSettingsRoutes,
  ...projectTeamRoutes,
  ...projectRoutes,
  ...restoreJobRoutes,
  ...searchDeploymentRoutes,
  ...searchIndexRoutes,
  ...serviceAccountRoutes,
  ...snapshotRoutes,
  ...tenantUpgradeRoutes,
];
