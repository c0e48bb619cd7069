import { advancedClusterKind } from "./advanced-cluster.ts";
import { alertConfigurationKind } from "./alert-configuration.ts";
import { auditingKind } from "./auditing.ts";
import { cloudBackupScheduleKind } from "./cloud-backup-schedule.ts";
import { cloudBackupSnapshotKind } from "./cloud-backup-snapshot.ts";
import { customDbRoleKind } from "./custom-db-role.ts";
import { databaseUserKind } from "./database-user.ts";
import { encryptionAtRestKind } from "./encryption-at-rest.ts";
import { flexClusterKind } from "./flex-cluster.ts";
import { ipAccessListKind } from "./ip-access-list.ts";
import type { ResourceKind } from "./kind.ts";
import { maintenanceWindowKind } from "./maintenance-window.ts";
import { networkContainerKind } from "./network-container.ts";
import { networkPeeringKind } from "./network-peering.ts";
import { privateLinkEndpointKind } from "./private-link-endpoint.ts";
import { privateLinkEndpointServiceKind } from "./private-link-endpoint-service.ts";
import { projectKind } from "./project.ts";
import { searchDeploymentKind } from "./search-deployment.ts";
import { searchIndexKind } from "./search-index.ts";
import { snapshotRestoreJobKind } from "./snapshot-restore-job.ts";

/** Every kind of resource that the adapter handles. */
export const ATLAS_KINDS: readonly ResourceKind[] = [
  projectKind,
  databaseUserKind,
  customDbRoleKind,
  ipAccessListKind,
  advancedClusterKind,
  flexClusterKind,
  cloudBackupScheduleKind,
  cloudBackupSnapshotKind,
  snapshotRestoreJobKind,
  searchIndexKind,
  searchDeploymentKind,
  auditingKind,
  encryptionAtRestKind,
  alertConfigurationKind,
  maintenanceWindowKind,
  networkContainerKind,
  networkPeeringKind,
  privateLinkEndpointKind,
  privateLinkEndpointServiceKind,
];
