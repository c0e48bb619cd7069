import { ROLE_LABEL } from "../../stack-name.ts";
import type { ManagedResource, Plain } from "../recorded.ts";

/** Sections of the settings by the role of what runs in a cluster. */
const SECTIONS: { readonly [role: string]: string } = {
  "backend-node": "backendNode",
  "backend-python": "backendPython",
  planet: "planet",
};

interface CloudSetting {
  readonly type: RegExp;
  readonly property: RegExp;
  /** Keys of the setting; `ROLE` stands for the section of the resource's role. */
  readonly path: readonly string[];
  /** The live text in the setting's unit. @default the text itself */
  readonly read?: (live: string) => string | undefined;
}

const SCALING = /^kubernetes:autoscaling\/v2:HorizontalPodAutoscaler$/;
const DEPLOYMENT = /^kubernetes:apps\/v1:Deployment$/;
const QUOTA = /^kubernetes:core\/v1:ResourceQuota$/;
const CLUSTER = /^mongodbatlas:index\/advancedCluster:AdvancedCluster$/;
const SCHEDULE = /^mongodbatlas:index\/cloudBackupSchedule:CloudBackupSchedule$/;
const INSTANCE = /^aura:index:Instance$/;
const REGION = String.raw`^replicationSpecs\[0\]\.regionConfigs\[0\]\.`;

const setting = (
  type: RegExp,
  property: RegExp,
  path: string,
  read?: CloudSetting["read"],
): CloudSetting => ({
  type,
  property,
  path: path.split("."),
  ...(read && { read }),
});

/** What a cloud stack's settings say of one property each, in the same or in another unit. */
const CLOUD_SETTINGS: readonly CloudSetting[] = [
  setting(SCALING, /^spec\.minReplicas$/, "ROLE.minReplicas"),
  setting(SCALING, /^spec\.maxReplicas$/, "ROLE.maxReplicas"),
  setting(SCALING, /^spec\.metrics\[0\]\.resource\.target\.averageUtilization$/, "ROLE.targetCpu"),
  setting(
    DEPLOYMENT,
    /^spec\.template\.spec\.containers\[0\]\.resources\.requests\.cpu$/,
    "ROLE.cpu",
    toMillicores,
  ),
  setting(
    DEPLOYMENT,
    /^spec\.template\.spec\.containers\[0\]\.resources\.(requests|limits)\.memory$/,
    "ROLE.memory",
    toMebibytes,
  ),
  setting(QUOTA, /^spec\.hard\["requests\.cpu"\]$/, "kubernetes.quota.cpu", toCores),
  setting(QUOTA, /^spec\.hard\["limits\.memory"\]$/, "kubernetes.quota.memory", toMebibytes),
  setting(QUOTA, /^spec\.hard\.pods$/, "kubernetes.quota.pods"),
  setting(CLUSTER, new RegExp(`${REGION}electableSpecs\\.instanceSize$`), "atlas.cluster.tier"),
  setting(CLUSTER, new RegExp(`${REGION}autoScaling\\.computeMinInstanceSize$`), "atlas.cluster.tier"),
  setting(CLUSTER, new RegExp(`${REGION}autoScaling\\.computeMaxInstanceSize$`), "atlas.cluster.largestTier"),
  setting(CLUSTER, new RegExp(`${REGION}electableSpecs\\.nodeCount$`), "atlas.cluster.nodes"),
  setting(CLUSTER, new RegExp(`${REGION}electableSpecs\\.diskSizeGb$`), "atlas.cluster.disk"),
  setting(CLUSTER, /^mongoDbMajorVersion$/, "atlas.cluster.version"),
  setting(SCHEDULE, /^restoreWindowDays$/, "atlas.cluster.backup.pointInTime"),
  setting(SCHEDULE, /^policyItemHourly\.retentionValue$/, "atlas.cluster.backup.pointInTime"),
  setting(SCHEDULE, /^policyItemDaily\.retentionValue$/, "atlas.cluster.backup.daily"),
  setting(SCHEDULE, /^policyItemWeeklies\[0\]\.retentionValue$/, "atlas.cluster.backup.weekly"),
  setting(SCHEDULE, /^policyItemMonthlies\[0\]\.retentionValue$/, "atlas.cluster.backup.monthly"),
  setting(INSTANCE, /^memory$/, "graph.memory", toGigabytes),
];

/** The setting of a cloud stack behind a property, and what it would have to be; undefined where none stands for it. */
export function findCloudSetting(
  { type, inputs }: Pick<ManagedResource, "type" | "inputs">,
  property: string,
  live: string,
): { readonly path: readonly string[]; readonly value: string | number } | undefined {
  const found = CLOUD_SETTINGS.find((row) => row.type.test(type) && row.property.test(property));
  const text = found?.read === undefined ? live : found.read(live);
  if (found === undefined || text === undefined) return undefined;
  const section = SECTIONS[roleOf(inputs["metadata"])];
  if (found.path[0] === "ROLE" && section === undefined) return undefined;
  const path = found.path.map((key) => (key === "ROLE" && section !== undefined ? section : key));
  // Versions look like numbers and are texts.
  const isNumber = /^\d+$/.test(text) && found.path.at(-1) !== "version";
  return { path, value: isNumber ? Number(text) : text };
}

function roleOf(metadata: Plain | undefined): string {
  const { labels } = (metadata ?? {}) as { readonly labels?: { readonly [label: string]: unknown } };
  return String(labels?.[ROLE_LABEL]);
}

function toMillicores(quantity: string): string | undefined {
  return (
    /^(\d+)m$/.exec(quantity)?.[1] ?? (/^\d+$/.test(quantity) ? String(Number(quantity) * 1000) : undefined)
  );
}

function toCores(quantity: string): string | undefined {
  const millicores = Number(toMillicores(quantity));
  return Number.isInteger(millicores / 1000) ? String(millicores / 1000) : undefined;
}

function toMebibytes(quantity: string): string | undefined {
  const [, digits, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  return String(unit === "Gi" ? Number(digits) * 1024 : Number(digits));
}

function toGigabytes(amount: string): string | undefined {
  return /^(\d+)GB$/.exec(amount)?.[1];
}
