import type { Method } from "../route.ts";

interface EventNames {
  readonly names: { readonly [Verb in Method]?: string };
  /**
   * Where the names are known from: `list` of event types that clients of the API carry (which call makes which is a choice),
   * `memory`: not checked against anything.
   */
  readonly from: "list" | "memory";
}

const names = (from: EventNames["from"], made: EventNames["names"]): EventNames => ({ names: made, from });
const changed = (from: EventNames["from"], name: string): EventNames =>
  names(from, { POST: name, PUT: name, PATCH: name, DELETE: name });

const CLUSTER = { PATCH: "CLUSTER_UPDATE_SUBMITTED", DELETE: "CLUSTER_DELETE_SUBMITTED" };

/**
 * The event that a change makes, by the changed place below a project, without the names in it. A fact about Atlas that
 * turns out wrong is mended here and nowhere else.
 */
export const EVENT_TYPES: { readonly [place: string]: EventNames } = {
  "": names("memory", { POST: "GROUP_CREATED", PATCH: "GROUP_NAME_CHANGED", DELETE: "GROUP_DELETED" }),
  accessList: names("list", {
    POST: "NETWORK_PERMISSION_ENTRY_ADDED",
    DELETE: "NETWORK_PERMISSION_ENTRY_REMOVED",
  }),
  alertConfigs: names("memory", {
    POST: "ALERT_CONFIG_ADDED_AUDIT",
    PUT: "ALERT_CONFIG_CHANGED_AUDIT",
    PATCH: "ALERT_CONFIG_CHANGED_AUDIT",
    DELETE: "ALERT_CONFIG_DELETED_AUDIT",
  }),
  auditLog: changed("list", "AUDIT_LOG_CONFIGURATION_UPDATED"),
  backupCompliancePolicy: changed("memory", "DATA_PROTECTION_SETTINGS_UPDATED"),
  clusters: names("list", { POST: "CLUSTER_CREATED", ...CLUSTER }),
  "clusters/backup/restoreJobs": changed("memory", "CPS_RESTORE_REQUESTED_AUDIT"),
  "clusters/backup/schedule": changed("memory", "CPS_SNAPSHOT_SCHEDULE_UPDATED_AUDIT"),
  "clusters/backup/snapshots": names("memory", {
    POST: "CPS_ON_DEMAND_SNAPSHOT_REQUESTED_AUDIT",
    PATCH: "CPS_SNAPSHOT_RETENTION_MODIFIED_AUDIT",
    DELETE: "CPS_SNAPSHOT_DELETED_AUDIT",
  }),
  "clusters/collectionRestoreJobs": changed("memory", "CPS_RESTORE_REQUESTED_AUDIT"),
  "clusters/index": changed("memory", "INDEX_BUILD_INITIATED"),
  "clusters/outageSimulation": names("memory", {
    POST: "CLUSTER_REGIONAL_OUTAGE_SIMULATION_STARTED",
    DELETE: "CLUSTER_REGIONAL_OUTAGE_SIMULATION_END_REQUESTED",
  }),
  "clusters/processArgs": changed("list", "CLUSTER_PROCESS_ARGS_UPDATE_SUBMITTED"),
  "clusters/search/deployment": names("memory", {
    POST: "SEARCH_DEPLOYMENT_CREATED",
    PATCH: "SEARCH_DEPLOYMENT_UPDATED",
    DELETE: "SEARCH_DEPLOYMENT_DELETED",
  }),
  "clusters/search/indexes": names("memory", {
    POST: "FTS_INDEX_CREATED",
    PATCH: "FTS_INDEX_UPDATED",
    DELETE: "FTS_INDEX_DELETED",
  }),
  "clusters:pinFeatureCompatibilityVersion": changed("memory", "CLUSTER_FCV_PINNED"),
  "clusters:unpinFeatureCompatibilityVersion": changed("memory", "CLUSTER_FCV_UNPINNED"),
  containers: changed("memory", "CONTAINER_SUBNETS_UPDATE_REQUESTED"),
  "customDBRoles/roles": names("list", {
    POST: "MONGODB_ROLE_ADDED",
    PATCH: "MONGODB_ROLE_UPDATED",
    DELETE: "MONGODB_ROLE_DELETED",
  }),
  databaseUsers: names("list", {
    POST: "MONGODB_USER_ADDED",
    PATCH: "MONGODB_USER_UPDATED",
    DELETE: "MONGODB_USER_DELETED",
  }),
  encryptionAtRest: changed("list", "ENCRYPTION_AT_REST_CONFIGURATION_UPDATED"),
  flexClusters: names("list", { POST: "CLUSTER_CREATED", ...CLUSTER }),
  "flexClusters/backup/restoreJobs": changed("memory", "CPS_RESTORE_REQUESTED_AUDIT"),
  "flexClusters:tenantUpgrade": changed("list", "CLUSTER_UPDATE_SUBMITTED"),
  limits: changed("memory", "GROUP_LIMIT_UPDATED"),
  maintenanceWindow: names("list", {
    PATCH: "ATLAS_MAINTENANCE_WINDOW_MODIFIED",
    DELETE: "ATLAS_MAINTENANCE_WINDOW_REMOVED",
  }),
  "maintenanceWindow/autoDefer": changed("list", "ATLAS_MAINTENANCE_DEFERRED"),
  "maintenanceWindow/defer": changed("list", "ATLAS_MAINTENANCE_DEFERRED"),
  "managedSlowMs/disable": changed("memory", "DISABLED_ENTERPRISE_SLOW_MS"),
  "managedSlowMs/enable": changed("memory", "ENABLED_ENTERPRISE_SLOW_MS"),
  peers: names("memory", { POST: "PEER_CREATED", PATCH: "PEER_UPDATED", DELETE: "PEER_DELETED" }),
  "privateEndpoint/endpointService": names("memory", {
    POST: "PRIVATE_ENDPOINT_SERVICE_CREATED",
    DELETE: "PRIVATE_ENDPOINT_SERVICE_DELETED",
  }),
  "privateEndpoint/endpointService/endpoint": names("memory", {
    POST: "PRIVATE_ENDPOINT_CREATED",
    DELETE: "PRIVATE_ENDPOINT_DELETED",
  }),
  serviceAccounts: names("memory", {
    POST: "SERVICE_ACCOUNT_CREATED",
    PATCH: "SERVICE_ACCOUNT_DETAILS_CHANGED",
    DELETE: "SERVICE_ACCOUNT_DELETED",
  }),
  "serviceAccounts/secrets": names("memory", {
    POST: "SERVICE_ACCOUNT_SECRET_ADDED",
    DELETE: "SERVICE_ACCOUNT_SECRET_DELETED",
  }),
  "serviceAccounts:invite": changed("memory", "SERVICE_ACCOUNT_ADDED_TO_GROUP"),
  settings: changed("memory", "GROUP_SETTINGS_UPDATED"),
  teams: names("list", {
    POST: "TEAM_ADDED_TO_GROUP",
    PATCH: "TEAM_ROLES_MODIFIED",
    DELETE: "TEAM_REMOVED_FROM_GROUP",
  }),
};

/** Name of the event that a call to this route makes; undefined where it makes none in a project. */
export function eventTypeOf(method: Method, path: string): string | undefined {
  if (method === "GET" || !path.startsWith("/groups")) return undefined;
  const place = path.replace(/^\/groups(\/\{groupId\})?\/?/, "").replace(/\/?\{\w+\}/g, "");
  return EVENT_TYPES[place]?.names[method];
}
