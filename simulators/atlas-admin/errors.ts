import { STATUS_CODES } from "node:http";
import type { JsonValue } from "./json.ts";

interface ErrorEntry {
  readonly status: number;
  /** `{0}`, `{1}` … are the parameters. */
  readonly text: string;
  /**
   * Where status and code are known from: `recorded` answers of Atlas, `source` of its provider (code only, sometimes the status),
   * `memory`: not checked against anything.
   */
  readonly from: "recorded" | "source" | "memory";
}

const entry = (status: number, text: string, from: ErrorEntry["from"]): ErrorEntry => ({
  status,
  text,
  from,
});

/** Every refusal of the simulator. A fact about Atlas that turns out wrong is mended here and nowhere else. */
export const ERRORS = {
  ALERT_CONFIG_NOT_FOUND: entry(404, "No alert configuration with ID {0} exists in group {1}.", "memory"),
  ASYMMETRIC_SHARD_UNSUPPORTED: entry(
    400,
    "The cluster {0} has shards of different sizes, which this version does not show.",
    "recorded",
  ),
  ATLAS_CUSTOM_ROLE_NOT_FOUND: entry(404, "No custom role named {0} exists in group {1}.", "source"),
  ATLAS_GENERAL_ERROR: entry(400, "{0}", "source"),
  ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND: entry(
    404,
    "The address {0} is not in the access list of group {1}.",
    "memory",
  ),
  ATLAS_SEARCH_DEPLOYMENT_ALREADY_EXISTS: entry(409, "The cluster {0} has search nodes already.", "memory"),
  ATLAS_SEARCH_DEPLOYMENT_DOES_NOT_EXIST: entry(404, "The cluster {0} has no search nodes.", "source"),
  BACKUP_CONFIG_NOT_FOUND: entry(404, "Backup is not enabled for cluster {0} in group {1}.", "source"),
  BACKUP_POLICIES_NOT_DELETABLE: entry(
    403,
    "The backup compliance policy of group {0} can be removed by support only.",
    "memory",
  ),
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS: entry(
    409,
    "Cannot close group {0} while it has active clusters; terminate them first.",
    "source",
  ),
  CANNOT_CLOSE_GROUP_ACTIVE_PEERING_CONNECTIONS: entry(
    409,
    "Cannot close group {0} while it has peering connections.",
    "source",
  ),
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_PRIVATE_ENDPOINT_SERVICES: entry(
    409,
    "Cannot close group {0} while it has private endpoint services.",
    "source",
  ),
  CANNOT_PAUSE_RECENTLY_RESUMED_CLUSTER: entry(
    409,
    "The cluster {0} was resumed less than an hour ago and cannot be paused yet.",
    "source",
  ),
  CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED: entry(
    400,
    "Cannot terminate cluster {0}: termination protection is enabled.",
    "source",
  ),
  CANNOT_TERMINATE_CLUSTER_WITH_UNDERGOING_REGIONAL_OUTAGE_SIMULATION: entry(
    400,
    "Cannot terminate cluster {0} during an outage simulation.",
    "source",
  ),
  CANNOT_UPDATE_AND_PAUSE_CLUSTER: entry(
    400,
    "Cannot pause cluster {0} and change it in the same request.",
    "memory",
  ),
  CANNOT_UPDATE_PAUSED_CLUSTER: entry(
    409,
    "Cannot update cluster {0} while it is paused; resume it first.",
    "source",
  ),
  CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API: entry(
    400,
    "The flex cluster {0} in group {1} is not served by the cluster API.",
    "source",
  ),
  CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API: entry(
    400,
    "The cluster {0} in group {1} is not a flex cluster.",
    "source",
  ),
  CLUSTER_ALREADY_REQUESTED_DELETION: entry(400, "The cluster {0} is already being deleted.", "source"),
  CLUSTER_LIMIT_REACHED: entry(403, "The group {0} already has {1} clusters, its limit.", "memory"),
  CLUSTER_NOT_FOUND: entry(404, "No cluster named {0} exists in group {1}.", "recorded"),
  CONTAINERS_IN_USE: entry(409, "The container {0} is in use and cannot be changed or deleted.", "source"),
  CUSTOM_ROLE_IN_USE: entry(409, "The custom role {0} is granted to user {1}.", "memory"),
  DUPLICATE_CLUSTER_NAME: entry(
    400,
    "A cluster or serverless instance named {0} is already present in group {1}.",
    "recorded",
  ),
  DUPLICATE_DATABASE_ROLE: entry(409, "A custom role named {0} already exists in group {1}.", "memory"),
  DUPLICATE_SEARCH_INDEX: entry(400, "A search index named {0} already exists on {1}.", "memory"),
  ENDPOINT_ALREADY_EXISTS: entry(409, "The private endpoint {0} is already connected.", "memory"),
  ENDPOINT_SERVICE_IN_USE: entry(409, "The endpoint service {0} still has endpoints.", "memory"),
  FORBIDDEN: entry(403, "The identity lacks one of the roles {0}.", "memory"),
  GROUP_ALREADY_EXISTS: entry(
    409,
    'The project name "{0}" is already in use in this organization.',
    "source",
  ),
  GROUP_NOT_FOUND: entry(404, "No group with ID {0} exists.", "source"),
  INVALID_ATTRIBUTE: entry(400, "Invalid attribute {0} specified.", "memory"),
  INVALID_CLUSTER_CONFIGURATION: entry(
    400,
    "The specified cluster configuration is not valid: {0}.",
    "memory",
  ),
  INVALID_CLUSTER_NAME: entry(400, "The cluster name {0} is not valid.", "memory"),
  INVALID_CLUSTER_OUTAGE_SIMULATION_STATE: entry(
    400,
    "The outage simulation of cluster {0} is {1}; that cannot be done now.",
    "source",
  ),
  INVALID_ENUM_VALUE: entry(400, "An invalid enumeration value {0} was specified.", "memory"),
  INVALID_GROUP_ID: entry(400, "An invalid group ID {0} was specified.", "memory"),
  INVALID_JSON: entry(400, "Received JSON is malformed.", "memory"),
  INVALID_REGION: entry(400, "No region {0} exists for provider {1}.", "memory"),
  INVALID_VERSION_CHANGE: entry(
    400,
    "MongoDB {0} cannot be changed to {1}; change by one version.",
    "memory",
  ),
  LIMIT_NOT_FOUND: entry(404, "No limit named {0} exists.", "memory"),
  MAINTENANCE_NOT_SCHEDULED: entry(400, "No maintenance is scheduled for group {0}.", "memory"),
  MISSING_ATTRIBUTE: entry(400, "The required attribute {0} was not specified.", "memory"),
  NO_PAYMENT_INFORMATION_FOUND: entry(402, "No payment information was found for group {0}.", "source"),
  NOT_ACCEPTABLE: entry(
    406,
    "The media type {0} is not served here; this path speaks {1} and newer.",
    "memory",
  ),
  NOT_SIMULATED: entry(501, "The simulator does not know {0} {1}.", "memory"),
  OUTAGE_SIMULATION_NOT_FOUND: entry(404, "No outage simulation runs on cluster {0} in group {1}.", "memory"),
  PEER_ALREADY_REQUESTED_DELETION: entry(
    409,
    "The peering connection {0} is already being deleted.",
    "source",
  ),
  POINT_IN_TIME_NOT_ENABLED: entry(400, "Point-in-time restore is not enabled for cluster {0}.", "memory"),
  RATE_LIMITED: entry(429, "Too many requests; try again in {0} seconds.", "source"),
  RESOURCE_NOT_FOUND: entry(404, "Cannot find resource {0}.", "memory"),
  RESTORE_JOB_NOT_CANCELLABLE: entry(400, "The restore job {0} is not running.", "memory"),
  SEARCH_INDEX_NOT_FOUND: entry(404, "No search index with ID {0} exists.", "memory"),
  SERVICE_ACCOUNT_NOT_FOUND: entry(404, "No service account with ID {0} exists.", "memory"),
  SERVICE_ACCOUNT_SECRETS_LIMIT: entry(400, "The service account {0} has two secrets already.", "memory"),
  SERVICE_UNAVAILABLE: entry(503, "The service is unavailable.", "memory"),
  SNAPSHOT_NOT_FOUND: entry(404, "No snapshot with ID {0} exists for cluster {1}.", "source"),
  SNAPSHOT_NOT_READY: entry(400, "The snapshot {0} is {1}, not completed.", "memory"),
  TENANT_UPGRADE_NOT_POSSIBLE: entry(400, "The cluster {0} cannot be upgraded: {1}.", "memory"),
  UNAUTHORIZED: entry(401, "You are not authorized for this resource.", "memory"),
  UNEXPECTED_ERROR: entry(500, "Unexpected error.", "memory"),
  USER_ALREADY_EXISTS: entry(409, "A user named {0} already exists in group {1}.", "memory"),
  USER_NOT_FOUND: entry(404, "No user named {0} exists in group {1}.", "source"),
  USER_UNAUTHORIZED: entry(401, "The identity is not authorized to access group {0}.", "source"),
  VALIDATION_ERROR: entry(400, "{0}", "source"),
  VERSION_GONE: entry(410, "The version {0} is withdrawn or never was.", "source"),
} as const satisfies { readonly [code: string]: ErrorEntry };

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

export interface FailureBody {
  readonly error: number;
  readonly errorCode: ErrorCode;
  readonly reason: string;
  readonly detail: string;
  readonly parameters: readonly string[];
  readonly badRequestDetail?: JsonValue;
}

/** Atlas says no. */
export class AtlasFailure extends Error {
  override name = "AtlasFailure";
  readonly status: number;
  readonly body: FailureBody;
  readonly headers: { readonly [name: string]: string };

  constructor(
    code: ErrorCode,
    parameters: readonly string[] = [],
    more: {
      readonly badRequestDetail?: JsonValue;
      readonly headers?: { readonly [name: string]: string };
    } = {},
  ) {
    const { status, text } = ERRORS[code];
    const detail = text.replace(/\{(\d)\}/g, (_, index: string) => parameters[Number(index)] ?? "");
    super(`${code}: ${detail}`);
    this.status = status;
    this.headers = more.headers ?? {};
    this.body = {
      error: status,
      errorCode: code,
      reason: STATUS_CODES[status] ?? "",
      detail,
      parameters,
      ...(more.badRequestDetail === undefined ? {} : { badRequestDetail: more.badRequestDetail }),
    };
  }
}
