import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, textAt } from "../plain-values.ts";
import { PROCESS_ARGUMENTS } from "./cluster-request.ts";
import { CLUSTER_FLAGS, CLUSTER_TEXTS } from "./schema-clusters.ts";
import { compact, fromPairs, pick } from "./values.ts";

/** What was asked of Atlas about one cluster. */
export interface ClusterAnswers {
  readonly cluster: PropertyMap;
  readonly processArguments: PropertyMap;
  /** `AWS:EU_WEST_1` -> id of the network container there. */
  readonly containers: { readonly [region: string]: string };
}

/** The attributes of a cluster as Atlas has it; `known` has what Atlas does not tell, or in other words. */
export function clusterValues(answers: ClusterAnswers, known: PropertyMap): PropertyMap {
  const { cluster, containers } = answers;
  return compact({
    ...Object.fromEntries(CLUSTER_FLAGS.map((name) => [name, cluster[name] ?? false])),
    ...Object.fromEntries(CLUSTER_TEXTS.map((name) => [name, textAt(cluster, name)])),
    ...pick(cluster, ["acceptDataRisksAndForceReplicaSetReconfig", "adaptiveCapacity"]),
    advancedConfiguration: advancedConfiguration(answers),
    biConnectorConfig: biConnector(findMapAt(cluster, "biConnector")),
    clusterId: textAt(cluster, "id"),
    clusterType: textAt(cluster, "clusterType"),
    configServerType: textAt(cluster, "configServerType"),
    connectionStrings: connectionStrings(findMapAt(cluster, "connectionStrings")),
    createDate: textAt(cluster, "createDate"),
    labels: pairs(cluster["labels"], known["labels"]),
    mongoDbMajorVersion: majorVersion(textAt(cluster, "mongoDBMajorVersion"), known["mongoDbMajorVersion"]),
    mongoDbVersion: textAt(cluster, "mongoDBVersion"),
    name: textAt(cluster, "name"),
    pinnedFcv: pinnedVersion(cluster),
    projectId: textAt(cluster, "groupId"),
    replicationSpecs: mapsAt(cluster, "replicationSpecs").map((spec) => replicationSpec(spec, containers)),
    stateName: textAt(cluster, "stateName"),
    tags: pairs(cluster["tags"], known["tags"]),
    ...pick(known, ["deleteOnCreateTimeout", "retainBackupsEnabled", "timeouts", "useEffectiveFields"]),
  });
}

/** A program may leave out the `.0`. */
function majorVersion(live: string, known: PropertyValue | undefined): string {
  return typeof known === "string" && live === `${known}.0` ? known : live;
}

/** Nothing where nobody asked for any. */
function pairs(live: PropertyValue | undefined, known: PropertyValue | undefined): PropertyMap | undefined {
  return fromPairs(live) ?? (isPropertyMap(known) ? {} : undefined);
}

function biConnector(connector: PropertyMap | undefined): PropertyMap | undefined {
  if (connector === undefined) return undefined;
  return { enabled: connector["enabled"] ?? false, readPreference: textAt(connector, "readPreference") };
}

function connectionStrings(strings: PropertyMap | undefined): PropertyMap | undefined {
  if (strings === undefined) return undefined;
  const texts = ["private", "privateSrv", "standard", "standardSrv"].map((name) => [
    name,
    textAt(strings, name),
  ]);
  const hasEndpoints = strings["privateEndpoint"] !== undefined && strings["privateEndpoint"] !== null;
  return compact({
    ...Object.fromEntries(texts),
    privateEndpoints: hasEndpoints ? mapsAt(strings, "privateEndpoint").map(privateEndpoint) : undefined,
  });
}

function privateEndpoint(endpoint: PropertyMap): PropertyMap {
  const names = ["connectionString", "srvConnectionString", "srvShardOptimizedConnectionString", "type"];
  return {
    ...Object.fromEntries(names.map((name) => [name, textAt(endpoint, name)])),
    endpoints: mapsAt(endpoint, "endpoints").map((each) =>
      pick(each, ["endpointId", "providerName", "region"]),
    ),
  };
}

function pinnedVersion(cluster: PropertyMap): PropertyMap | undefined {
  const expirationDate = textAt(cluster, "featureCompatibilityVersionExpirationDate");
  if (expirationDate === "") return undefined;
  return { expirationDate, version: textAt(cluster, "featureCompatibilityVersion") };
}

function replicationSpec(spec: PropertyMap, containers: { readonly [region: string]: string }): PropertyMap {
  const configs = mapsAt(spec, "regionConfigs");
  const regions = configs.map(
    (config) => `${textAt(config, "providerName")}:${textAt(config, "regionName")}`,
  );
  return compact({
    containerId: Object.fromEntries(
      regions
        .filter((region) => containers[region] !== undefined)
        .map((region) => [region, containers[region] ?? ""]),
    ),
    externalId: textAt(spec, "id"),
    regionConfigs: configs.map(regionConfig),
    zoneId: textAt(spec, "zoneId"),
    zoneName: textAt(spec, "zoneName"),
  });
}

function regionConfig(config: PropertyMap): PropertyMap {
  return compact({
    ...pick(config, ["backingProviderName", "priority"]),
    analyticsAutoScaling: autoScaling(findMapAt(config, "analyticsAutoScaling")),
    analyticsSpecs: hardware(findMapAt(config, "analyticsSpecs")),
    autoScaling: autoScaling(findMapAt(config, "autoScaling")),
    electableSpecs: hardware(findMapAt(config, "electableSpecs")),
    providerName: textAt(config, "providerName"),
    readOnlySpecs: hardware(findMapAt(config, "readOnlySpecs")),
    regionName: textAt(config, "regionName"),
  });
}

function hardware(specs: PropertyMap | undefined): PropertyMap | undefined {
  if (specs === undefined) return undefined;
  return compact({
    ...pick(specs, ["ebsVolumeType", "instanceSize", "nodeCount"]),
    diskIops: specs["diskIOPS"],
    diskSizeGb: specs["diskSizeGB"],
  });
}

function autoScaling(scaling: PropertyMap | undefined): PropertyMap | undefined {
  if (scaling === undefined) return undefined;
  const compute = findMapAt(scaling, "compute") ?? {};
  return {
    computeEnabled: compute["enabled"] ?? false,
    computeMaxInstanceSize: textAt(compute, "maxInstanceSize"),
    computeMinInstanceSize: textAt(compute, "minInstanceSize"),
    computeScaleDownEnabled: compute["scaleDownEnabled"] ?? false,
    diskGbEnabled: findMapAt(scaling, "diskGB")?.["enabled"] ?? false,
  };
}

const ZEROS: PropertyMap = {
  defaultWriteConcern: "",
  javascriptEnabled: false,
  noTableScan: false,
  oplogMinRetentionHours: 0,
  oplogSizeMb: 0,
  sampleRefreshIntervalBiConnector: 0,
  sampleSizeBiConnector: 0,
  transactionLifetimeLimitSeconds: 0,
  // Means: as Atlas wants it.
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: -1,
};

/** The process arguments, with what the cluster itself says of TLS. */
function advancedConfiguration({ cluster, processArguments }: ClusterAnswers): PropertyMap {
  const tls = findMapAt(cluster, "advancedConfiguration") ?? processArguments;
  const values = Object.entries(PROCESS_ARGUMENTS).map(([name, apiName]) => [
    name,
    processArguments[apiName] ?? ZEROS[name] ?? null,
  ]);
  return compact({
    ...Object.fromEntries(values),
    customOpensslCipherConfigTls12s: tls["customOpensslCipherConfigTls12"],
    customOpensslCipherConfigTls13s: tls["customOpensslCipherConfigTls13"],
    minimumEnabledTlsProtocol: textAt(tls, "minimumEnabledTlsProtocol"),
    tlsCipherConfigMode: textAt(tls, "tlsCipherConfigMode"),
  });
}
