import type { Rule } from "./rule.ts";
import { backupSchedulePresent } from "./rules/backup-schedule-present.ts";
import { backupsEnabled } from "./rules/backups-enabled.ts";
import { costBelowCeiling } from "./rules/cost-below-ceiling.ts";
import { dockerContainerRestricted } from "./rules/docker-container-restricted.ts";
import { imageByDigest } from "./rules/image-by-digest.ts";
import { namespaceEnforcesRestricted } from "./rules/namespace-enforces-restricted.ts";
import { noPublicDatabase } from "./rules/no-public-database.ts";
import { noSecretsInProperties } from "./rules/no-secrets-in-properties.ts";
import { noSecretsInSettings } from "./rules/no-secrets-in-settings.ts";
import { noWildcardNetworkPolicy } from "./rules/no-wildcard-network-policy.ts";
import { podSecurityRestricted } from "./rules/pod-security-restricted.ts";
import { requiredLabels } from "./rules/required-labels.ts";
import { serviceAccountToken } from "./rules/service-account-token.ts";
import { statefulResourcesProtected } from "./rules/stateful-resources-protected.ts";
import { terminationProtection } from "./rules/termination-protection.ts";

/** Everything that a stack has to keep to, in the order of docs/policy.md. */
export const rules: readonly Rule[] = [
  imageByDigest,
  podSecurityRestricted,
  namespaceEnforcesRestricted,
  dockerContainerRestricted,
  serviceAccountToken,
  noWildcardNetworkPolicy,
  noPublicDatabase,
  statefulResourcesProtected,
  terminationProtection,
  backupsEnabled,
  backupSchedulePresent,
  noSecretsInSettings,
  noSecretsInProperties,
  requiredLabels,
  costBelowCeiling,
];
