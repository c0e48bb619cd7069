/** What may be ordered, as a tenant's `instance_configurations` say it. */
export interface InstanceConfiguration {
  readonly type: InstanceType;
  readonly cloud_provider: string;
  readonly region: string;
  readonly region_name: string;
  readonly memory: string;
  readonly storage: string;
  readonly version: string;
}

export const INSTANCE_TYPES = [
  "free-db",
  "professional-db",
  "business-critical",
  "enterprise-db",
  "professional-ds",
  "enterprise-ds",
] as const;

export type InstanceType = (typeof INSTANCE_TYPES)[number];

const MEMORY_GB: { readonly [Type in InstanceType]: readonly number[] } = {
  "free-db": [1],
  "professional-db": [1, 2, 4, 8, 16, 24, 32, 48, 64],
  "business-critical": [2, 4, 8, 16, 24, 32, 48, 64, 128],
  "enterprise-db": [2, 4, 8, 16, 24, 32, 48, 64, 128, 192, 256, 384, 512],
  "professional-ds": [4, 8, 16, 24, 32, 48, 64],
  "enterprise-ds": [8, 16, 24, 32, 48, 64, 128, 192, 256, 384],
};

const REGIONS: { readonly [cloud: string]: readonly [region: string, name: string][] } = {
  gcp: [
    ["europe-west1", "Belgium (europe-west1)"],
    ["us-central1", "Iowa (us-central1)"],
  ],
  aws: [
    ["eu-west-1", "Ireland (eu-west-1)"],
    ["us-east-1", "N. Virginia (us-east-1)"],
  ],
  azure: [["westeurope", "Netherlands (westeurope)"]],
};

const STORAGE_PER_MEMORY = 2;

/** A tenant's usual configurations: a choice of regions, every size of each type. Sizes are those of CLOUD.md §2.1. */
export function usualConfigurations(): InstanceConfiguration[] {
  return INSTANCE_TYPES.flatMap((type) =>
    regionsOf(type).flatMap(([cloud, region, regionName]) =>
      MEMORY_GB[type].map((memory) => ({
        type,
        cloud_provider: cloud,
        region,
        region_name: regionName,
        memory: `${memory}GB`,
        storage: `${memory * STORAGE_PER_MEMORY}GB`,
        version: "5",
      })),
    ),
  );
}

function regionsOf(type: InstanceType): [cloud: string, region: string, name: string][] {
  const all = Object.entries(REGIONS).flatMap(([cloud, regions]) =>
    regions.map(([region, name]): [string, string, string] => [cloud, region, name]),
  );
  return type === "free-db" ? all.slice(0, 1) : all;
}

export const CDC_MODES = ["OFF", "DIFF", "FULL"] as const;
export const CDC_TYPES: readonly InstanceType[] = ["business-critical", "enterprise-db"];
export const GRAPH_ANALYTICS_TYPES: readonly InstanceType[] = ["professional-db"];
export const SMALLEST_VECTOR_MEMORY_GB = 4;
export const REQUESTS_PER_MINUTE = 125;
export const TOKEN_SECONDS = 3600;

export function toGigabytes(memory: string): number {
  return Number.parseInt(memory, 10);
}

/** How long each change takes, in virtual seconds. None of these is published: they only need an order of magnitude. */
export const USUAL_SECONDS = {
  creating: 180,
  loading: 60,
  updating: 120,
  pausing: 90,
  resuming: 120,
  restoring: 120,
  overwriting: 180,
  destroying: 60,
  snapshot: 60,
} as const;

export type Durations = { readonly [Change in keyof typeof USUAL_SECONDS]: number };
