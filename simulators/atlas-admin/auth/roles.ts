/** A role that an identity has, in an organisation or in a project. */
export interface RoleGrant {
  readonly roleName: string;
  /** Of the organisation or the project. */
  readonly scope: string;
}

/**
 * What a role includes besides itself. That a project's owner has all project roles, and that every project role may read, is documented;
 * what is marked `unverified` is not.
 */
const INCLUDED: { readonly [role: string]: readonly string[] } = {
  GROUP_BACKUP_MANAGER: [
    "GROUP_BACKUP_CREATOR",
    "GROUP_BACKUP_EXPORT_OPERATOR",
    "GROUP_BACKUP_RECOVERY_OPERATOR",
  ],
  // unverified
  GROUP_CLUSTER_MANAGER: ["GROUP_CLUSTER_CREATOR"],
  // unverified
  GROUP_DATA_ACCESS_ADMIN: ["GROUP_DATA_ACCESS_READ_WRITE", "GROUP_DATA_ACCESS_READ_ONLY"],
  GROUP_DATA_ACCESS_READ_WRITE: ["GROUP_DATA_ACCESS_READ_ONLY"],
};

export const ORGANISATION_ROLES = [
  "ORG_OWNER",
  "ORG_GROUP_CREATOR",
  "ORG_BILLING_ADMIN",
  "ORG_READ_ONLY",
  "ORG_MEMBER",
];

export const PROJECT_ROLES = [
  "GROUP_OWNER",
  "GROUP_READ_ONLY",
  "GROUP_CLUSTER_MANAGER",
  "GROUP_CLUSTER_CREATOR",
  "GROUP_CLUSTER_RESILIENCE_TESTER",
  "GROUP_REPLICA_SET_MANAGER",
  "GROUP_DATABASE_ACCESS_ADMIN",
  "GROUP_DATA_ACCESS_ADMIN",
  "GROUP_DATA_ACCESS_READ_WRITE",
  "GROUP_DATA_ACCESS_READ_ONLY",
  "GROUP_NETWORK_ACCESS_MANAGER",
  "GROUP_ACCESS_MANAGER",
  "GROUP_ALERTS_MANAGER",
  "GROUP_BACKUP_MANAGER",
  "GROUP_BACKUP_CREATOR",
  "GROUP_BACKUP_EXPORT_OPERATOR",
  "GROUP_BACKUP_RECOVERY_OPERATOR",
  "GROUP_SEARCH_INDEX_EDITOR",
  "GROUP_INDEX_MANAGER",
  "GROUP_STREAM_PROCESSING_OWNER",
];

export interface RoleScopes {
  readonly organisationId: string;
  readonly groupId: string | undefined;
}

/** Whether one of the grants gives one of the roles, here. */
export function hasRole(
  grants: readonly RoleGrant[],
  needed: readonly string[],
  { organisationId, groupId }: RoleScopes,
): boolean {
  const here = grants.filter(({ scope }) => scope === organisationId || scope === groupId);
  if (here.some(({ roleName }) => roleName === "ORG_OWNER")) return true;
  return needed.some((role) => here.some((grant) => gives(grant, role)));
}

function gives({ roleName }: RoleGrant, role: string): boolean {
  if (roleName === role) return true;
  if (role === "ORG_MEMBER") return roleName.startsWith("ORG_");
  if (role === "GROUP_READ_ONLY") return roleName.startsWith("GROUP_") || roleName === "ORG_READ_ONLY";
  if (roleName === "GROUP_OWNER") return role.startsWith("GROUP_");
  return INCLUDED[roleName]?.includes(role) ?? false;
}

/** Whether an identity has anything to do with a project at all. */
export function knowsProject(grants: readonly RoleGrant[], scopes: RoleScopes): boolean {
  return hasRole(grants, ["GROUP_READ_ONLY"], scopes);
}
