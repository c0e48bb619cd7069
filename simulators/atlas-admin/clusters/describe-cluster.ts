import type { ClusterBody, ClusterChange, RegionConfig, ReplicationSpec } from "../bodies/cluster.ts";
import { type Json, jsonAt, listAt, textAt } from "../json.ts";
import type { Simulation } from "../simulation.ts";
import { CONTINUOUS_VERSION, DEFAULT_VERSION, FULL_VERSIONS, TIERS } from "./offerings.ts";

const TENANT_DISK_GB = 0.5;
const DEFAULT_IOPS = 3000;

export const DEFAULT_TLS = {
  customOpensslCipherConfigTls12: [],
  customOpensslCipherConfigTls13: [],
  minimumEnabledTlsProtocol: "TLS1_2",
  tlsCipherConfigMode: "DEFAULT",
};

/** A new cluster as the API describes it: what was asked for, and all that Atlas adds. */
export function describeCluster(simulation: Simulation, groupId: string, body: ClusterBody): Json {
  const { retainBackups: _, replicationSpecs, advancedConfiguration, biConnector, ...asked } = body;
  const isSharded = body.clusterType !== "REPLICASET";
  const isTenant = replicationSpecs[0]?.regionConfigs[0]?.providerName === "TENANT";
  return {
    backupEnabled: false,
    diskWarmingMode: "FULLY_WARMED",
    encryptionAtRestProvider: "NONE",
    globalClusterSelfManagedSharding: false,
    internalClusterRole: "NONE",
    labels: [],
    paused: false,
    pitEnabled: false,
    redactClientLogData: false,
    replicaSetScalingStrategy: "WORKLOAD_TYPE",
    rootCertType: "ISRGROOTX1",
    tags: [],
    terminationProtectionEnabled: false,
    useAwsTimeBasedSnapshotCopyForFastInitialSync: false,
    versionReleaseSystem: "LTS",
    ...asked,
    ...(isTenant ? {} : { advancedConfiguration: { ...DEFAULT_TLS, ...advancedConfiguration } }),
    biConnector: { enabled: false, readPreference: "secondary", ...biConnector },
    ...(isSharded ? { configServerManagementMode: "ATLAS_MANAGED", configServerType: "DEDICATED" } : {}),
    ...versionOf(body.versionReleaseSystem, body.mongoDBMajorVersion ?? DEFAULT_VERSION),
    connectionStrings: {},
    createDate: simulation.clock.stamp(),
    groupId,
    id: simulation.newId(),
    links: [],
    replicationSpecs: describeSpecs(simulation, replicationSpecs, []),
    stateName: "CREATING",
  };
}

/** The fields of a version; clusters on the continuous release have the newest. */
export function versionOf(releases: string | undefined, major: string): Json {
  const version = releases === "CONTINUOUS" ? CONTINUOUS_VERSION : major;
  return {
    featureCompatibilityVersion: version,
    mongoDBMajorVersion: version,
    mongoDBVersion: FULL_VERSIONS[version] ?? `${version}.0`,
  };
}

/** Puts a change into a cluster. */
export function changeCluster(simulation: Simulation, cluster: Json, change: ClusterChange): void {
  const { retainBackups: _, replicationSpecs, advancedConfiguration, biConnector, ...rest } = change;
  Object.assign(cluster, rest);
  if (advancedConfiguration !== undefined) {
    cluster["advancedConfiguration"] = {
      ...DEFAULT_TLS,
      ...jsonAt(cluster, "advancedConfiguration"),
      ...advancedConfiguration,
    };
  }
  if (biConnector !== undefined) {
    cluster["biConnector"] = { ...jsonAt(cluster, "biConnector"), ...biConnector };
  }
  if (replicationSpecs !== undefined) {
    const before = listAt(cluster, "replicationSpecs");
    cluster["replicationSpecs"] = describeSpecs(simulation, replicationSpecs, before);
  }
  if (change.mongoDBMajorVersion !== undefined || change.versionReleaseSystem !== undefined) {
    const pinned = cluster["featureCompatibilityVersionExpirationDate"] !== undefined;
    const { featureCompatibilityVersion } = cluster;
    const version = versionOf(
      textAt(cluster, "versionReleaseSystem"),
      textAt(cluster, "mongoDBMajorVersion"),
    );
    Object.assign(cluster, version, pinned ? { featureCompatibilityVersion } : {});
  }
}

/** A spec is the one before that has its id, or its place; zones with the same name are the same zone. */
function describeSpecs(
  simulation: Simulation,
  specs: readonly ReplicationSpec[],
  before: readonly Json[],
): Json[] {
  const zones = new Map(before.map((spec) => [textAt(spec, "zoneName"), textAt(spec, "zoneId")]));
  return specs.map((spec, index) => {
    const old = before.find(({ id }) => id === spec.id && id !== undefined) ?? before[index] ?? {};
    const zoneName = spec.zoneName ?? (textAt(old, "zoneName") || `Zone ${index + 1}`);
    const zoneId = zones.get(zoneName) ?? simulation.newId();
    zones.set(zoneName, zoneId);
    return {
      id: textAt(old, "id") || simulation.newId(),
      regionConfigs: spec.regionConfigs.map(describeRegion),
      zoneId,
      zoneName,
    };
  });
}

function describeRegion(config: RegionConfig): Json {
  const { electableSpecs, readOnlySpecs, analyticsSpecs, autoScaling, ...place } = config;
  if (config.providerName === "TENANT") {
    const instanceSize = electableSpecs?.instanceSize ?? "M0";
    return {
      ...place,
      electableSpecs: { diskSizeGB: TENANT_DISK_GB, effectiveInstanceSize: instanceSize, instanceSize },
    };
  }
  const instanceSize =
    electableSpecs?.instanceSize ?? readOnlySpecs?.instanceSize ?? analyticsSpecs?.instanceSize;
  const standard: Json = {
    ...(config.providerName === "AWS" ? { diskIOPS: DEFAULT_IOPS, ebsVolumeType: "STANDARD" } : {}),
    diskSizeGB: electableSpecs?.diskSizeGB ?? TIERS[instanceSize ?? ""] ?? null,
    instanceSize: instanceSize ?? null,
    nodeCount: 0,
  };
  const electable = { ...standard, ...electableSpecs };
  const readOnly = { ...standard, ...readOnlySpecs };
  const analytics = { ...standard, ...analyticsSpecs };
  return {
    ...place,
    autoScaling: {
      compute: { enabled: false, scaleDownEnabled: false, ...autoScaling?.compute },
      diskGB: { enabled: true, ...autoScaling?.diskGB },
    },
    electableSpecs: electable,
    readOnlySpecs: readOnly,
    analyticsSpecs: analytics,
    effectiveElectableSpecs: { ...electable },
    effectiveReadOnlySpecs: { ...readOnly },
    effectiveAnalyticsSpecs: { ...analytics },
  };
}
