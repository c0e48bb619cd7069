import { AtlasFailure } from "../errors.ts";
import { type Json, jsonAt, listAt, textAt, without } from "../json.ts";

/**
 * A cluster as versions before 2024-08-05 show it: a spec for each zone with the number of its shards, and one size of disks.
 * @throws AtlasFailure where the shards of a zone differ
 */
export function olderCluster(cluster: Json): Json {
  const zones = Map.groupBy(listAt(cluster, "replicationSpecs"), (spec) => textAt(spec, "zoneId"));
  const replicationSpecs = [...zones.values()].map((shards) => {
    const [first = {}] = shards;
    const configs = JSON.stringify(first["regionConfigs"]);
    if (shards.some((shard) => JSON.stringify(shard["regionConfigs"]) !== configs)) {
      throw new AtlasFailure("ASYMMETRIC_SHARD_UNSUPPORTED", [textAt(cluster, "name")]);
    }
    const { zoneId: _, ...spec } = first;
    return {
      ...spec,
      numShards: shards.length,
      regionConfigs: listAt(first, "regionConfigs").map(olderRegion),
    };
  });
  const [config = {}] = listAt(listAt(cluster, "replicationSpecs")[0] ?? {}, "regionConfigs");
  const { diskSizeGB } = jsonAt(config, "electableSpecs");
  return { ...cluster, diskSizeGB, replicationSpecs };
}

function olderRegion(config: Json): Json {
  const known = Object.entries(config).filter(([name]) => !name.startsWith("effective"));
  return Object.fromEntries(
    known.map(([name, value]) => [
      name,
      name.endsWith("Specs") ? without(jsonAt(config, name), "diskSizeGB") : value,
    ]),
  );
}

/** Process arguments as versions before 2024-08-05 show them: with two that MongoDB has no longer. */
export function olderProcessArgs(args: Json): Json {
  return { ...args, defaultReadConcern: null, failIndexKeyTooLong: null };
}
