import type { RegionConfig, ReplicationSpec } from "../bodies/cluster.ts";
import { AtlasFailure } from "../errors.ts";
import { MAJOR_VERSIONS, REGIONS, TIERS } from "./offerings.ts";

const HIGHEST_PRIORITY = 7;
const ELECTABLE_TOTALS = [3, 5, 7];

/** @throws AtlasFailure where Atlas would not accept the topology */
export function checkTopology(clusterType: string, specs: readonly ReplicationSpec[]): void {
  if (clusterType === "REPLICASET" && specs.length !== 1) {
    refuse("a replica set has exactly one replicationSpec");
  }
  for (const { regionConfigs } of specs) {
    for (const config of regionConfigs) checkRegion(config);
    checkPriorities(regionConfigs);
    checkElectableNodes(regionConfigs);
  }
}

function checkRegion(config: RegionConfig): void {
  const isTenant = config.providerName === "TENANT";
  if (config.providerName === "FLEX") refuse("flex clusters are made by the flex cluster API");
  const provider = isTenant ? (config.backingProviderName ?? "") : config.providerName;
  if (!(REGIONS[provider]?.includes(config.regionName) ?? false)) {
    throw new AtlasFailure("INVALID_REGION", [config.regionName, provider]);
  }
  for (const specs of [config.electableSpecs, config.readOnlySpecs, config.analyticsSpecs]) {
    const size = specs?.instanceSize;
    if (size === undefined) continue;
    const isKnown = isTenant ? size === "M0" : TIERS[size] !== undefined;
    if (!isKnown) refuse(`there is no instance size ${size} on ${config.providerName}`);
  }
  checkAutoScaling(config);
}

function checkAutoScaling({ autoScaling }: RegionConfig): void {
  const compute = autoScaling?.compute;
  if (compute?.enabled === true && compute.maxInstanceSize === undefined) {
    refuse("autoScaling.compute.maxInstanceSize is needed where compute auto-scaling is enabled");
  }
  if (compute?.scaleDownEnabled === true && compute.minInstanceSize === undefined) {
    refuse("autoScaling.compute.minInstanceSize is needed where scaling down is enabled");
  }
}

function checkPriorities(configs: readonly RegionConfig[]): void {
  const electable = configs.filter(
    ({ providerName, electableSpecs }) => providerName === "TENANT" || (electableSpecs?.nodeCount ?? 0) > 0,
  );
  if (electable.length > 0 && electable[0]?.priority !== HIGHEST_PRIORITY) {
    refuse("the first region with electable nodes has priority 7");
  }
  for (const [index, { priority }] of electable.entries()) {
    const before = electable[index - 1]?.priority;
    if (before !== undefined && priority >= before) refuse("priorities descend from region to region");
  }
}

function checkElectableNodes(configs: readonly RegionConfig[]): void {
  if (configs.some(({ providerName }) => providerName === "TENANT")) return;
  const total = configs.reduce((sum, { electableSpecs }) => sum + (electableSpecs?.nodeCount ?? 0), 0);
  if (!ELECTABLE_TOTALS.includes(total)) refuse(`a shard has 3, 5 or 7 electable nodes, not ${total}`);
  const sizes = new Set(configs.map(({ electableSpecs }) => electableSpecs?.instanceSize));
  sizes.delete(undefined);
  if (sizes.size > 1) refuse("electable nodes of a shard have the same instance size");
}

/** `8` and `8.0` are the same. @throws AtlasFailure where there is no such version, or it is not the next one */
export function checkMajorVersion(wanted: string, current?: string): string {
  const version = wanted.includes(".") ? wanted : `${wanted}.0`;
  const index = MAJOR_VERSIONS.indexOf(version);
  if (index < 0) refuse(`there is no MongoDB ${wanted} on offer`);
  if (current === undefined || current === version) return version;
  const before = MAJOR_VERSIONS.indexOf(current);
  if (index !== before + 1) throw new AtlasFailure("INVALID_VERSION_CHANGE", [current, version]);
  return version;
}

function refuse(reason: string): never {
  throw new AtlasFailure("INVALID_CLUSTER_CONFIGURATION", [reason]);
}
