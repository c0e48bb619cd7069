import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, sameValue, textAt } from "../plain-values.ts";
import { CLUSTER_FLAGS, CLUSTER_TEXTS } from "./schema-clusters.ts";
import { compact, pick, toPairs } from "./values.ts";

const DEFAULT_ZONE = "ZoneName managed by Terraform";
const SPECS = ["analyticsSpecs", "electableSpecs", "readOnlySpecs"];
const AUTO_SCALINGS = ["analyticsAutoScaling", "autoScaling"];
const SAME_NAMES = [...CLUSTER_FLAGS, ...CLUSTER_TEXTS, "adaptiveCapacity", "clusterType", "name"];

/** What Atlas is told of a cluster, without the process arguments; what is not known is left out. */
export function clusterRequest(values: PropertyMap): PropertyMap {
  return compact({
    ...pick(values, SAME_NAMES),
    ...pick(values, ["acceptDataRisksAndForceReplicaSetReconfig"]),
    advancedConfiguration: tlsRequest(findMapAt(values, "advancedConfiguration")),
    biConnector: partOf(findMapAt(values, "biConnectorConfig"), ["enabled", "readPreference"]),
    labels: toPairs(values["labels"]),
    mongoDBMajorVersion: majorVersion(textAt(values, "mongoDbMajorVersion")),
    replicationSpecs: mapsAt(values, "replicationSpecs").map(replicationSpec),
    tags: toPairs(values["tags"]),
  });
}

/** The part of a request that says something new. */
export function changedRequest(recorded: PropertyMap, planned: PropertyMap): PropertyMap {
  const before = clusterRequest(recorded);
  const wanted = Object.entries(clusterRequest(planned));
  return Object.fromEntries(wanted.filter(([name, value]) => !sameValue(before[name], value)));
}

function partOf(values: PropertyMap | undefined, names: readonly string[]): PropertyMap | undefined {
  const part = pick(values ?? {}, names);
  return Object.keys(part).length === 0 ? undefined : part;
}

/** `8` means `8.0`. */
function majorVersion(text: string): string | undefined {
  if (text === "") return undefined;
  return text.includes(".") ? text : `${text}.0`;
}

function replicationSpec(spec: PropertyMap): PropertyMap {
  return compact({
    id: textAt(spec, "externalId") || undefined,
    zoneId: textAt(spec, "zoneId") || undefined,
    zoneName: textAt(spec, "zoneName") || DEFAULT_ZONE,
    regionConfigs: mapsAt(spec, "regionConfigs").map(regionConfig),
  });
}

function regionConfig(config: PropertyMap): PropertyMap {
  const specs = SPECS.map((name) => [name, hardware(findMapAt(config, name))] as const);
  const scalings = AUTO_SCALINGS.map((name) => [name, autoScaling(findMapAt(config, name))] as const);
  return compact({
    ...pick(config, ["backingProviderName", "priority", "providerName", "regionName"]),
    ...Object.fromEntries([...specs, ...scalings]),
  });
}

function hardware(specs: PropertyMap | undefined): PropertyMap | undefined {
  if (specs === undefined) return undefined;
  return compact({
    ...pick(specs, ["ebsVolumeType", "instanceSize", "nodeCount"]),
    diskIOPS: specs["diskIops"],
    diskSizeGB: specs["diskSizeGb"],
  });
}

function autoScaling(scaling: PropertyMap | undefined): PropertyMap | undefined {
  if (scaling === undefined) return undefined;
  const compute = compact({
    enabled: scaling["computeEnabled"],
    maxInstanceSize: scaling["computeMaxInstanceSize"] || undefined,
    minInstanceSize: scaling["computeMinInstanceSize"] || undefined,
    scaleDownEnabled: scaling["computeScaleDownEnabled"],
  });
  return { compute, diskGB: compact({ enabled: scaling["diskGbEnabled"] }) };
}

function tlsRequest(configuration: PropertyMap | undefined): PropertyMap | undefined {
  const { minimumEnabledTlsProtocol, tlsCipherConfigMode, ...lists } = configuration ?? {};
  const request = compact({
    minimumEnabledTlsProtocol,
    tlsCipherConfigMode,
    customOpensslCipherConfigTls12: lists["customOpensslCipherConfigTls12s"],
    customOpensslCipherConfigTls13: lists["customOpensslCipherConfigTls13s"],
  });
  return Object.keys(request).length === 0 ? undefined : request;
}

/** Our names of the process arguments -> Atlas' names. */
export const PROCESS_ARGUMENTS: { readonly [name: string]: string } = {
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds:
    "changeStreamOptionsPreAndPostImagesExpireAfterSeconds",
  defaultMaxTimeMs: "defaultMaxTimeMS",
  defaultWriteConcern: "defaultWriteConcern",
  javascriptEnabled: "javascriptEnabled",
  noTableScan: "noTableScan",
  oplogMinRetentionHours: "oplogMinRetentionHours",
  oplogSizeMb: "oplogSizeMB",
  sampleRefreshIntervalBiConnector: "sampleRefreshIntervalBIConnector",
  sampleSizeBiConnector: "sampleSizeBIConnector",
  transactionLifetimeLimitSeconds: "transactionLifetimeLimitSeconds",
};

/** The process arguments that are new, under Atlas' names. */
export function changedArguments(recorded: PropertyMap, planned: PropertyMap): PropertyMap {
  const before = findMapAt(recorded, "advancedConfiguration") ?? {};
  const wanted = Object.entries(
    pick(findMapAt(planned, "advancedConfiguration") ?? {}, Object.keys(PROCESS_ARGUMENTS)),
  );
  return Object.fromEntries(
    wanted
      .filter(([name, value]) => !sameValue(before[name], value))
      .map(([name, value]): [string, PropertyValue] => [PROCESS_ARGUMENTS[name] ?? name, value]),
  );
}

/** True where the cluster is one of those that Atlas sizes by itself; they have an API of their own. */
export function isFlex(values: PropertyMap): boolean {
  const [spec] = mapsAt(values, "replicationSpecs");
  const [config] = spec === undefined ? [] : mapsAt(spec, "regionConfigs");
  return config !== undefined && ["FLEX", "TENANT"].includes(textAt(config, "providerName"));
}

/** Every `provider:region` of a cluster. */
export function regionsOf(
  cluster: PropertyMap,
): readonly { readonly provider: string; readonly region: string }[] {
  const specs = cluster["replicationSpecs"];
  const configs = isPropertyArray(specs)
    ? specs.filter(isPropertyMap).flatMap((spec) => mapsAt(spec, "regionConfigs"))
    : [];
  return configs.map((config) => ({
    provider: textAt(config, "providerName"),
    region: textAt(config, "regionName"),
  }));
}
