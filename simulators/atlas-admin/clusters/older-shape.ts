import { AtlasFailure } from "../errors.ts";
import { type Json, jsonAt, listAt, textAt, without } from "../json.ts";

/**
 * A cluster as versions before 2024-08-05 show it: a spec for each zone with the number of its shards, and one size of disks.
 * @throws AtlasFailure where shards differ in the size of their electable nodes
 */
export function olderCluster(cluster: Json): Json {
  const specs = listAt(cluster, "replicationSpecs");
  const sizes = specs.flatMap((spec) =>
    listAt(spec, "regionConfigs").map((config) => textAt(jsonAt(config, "electableSpecs"), "instanceSize")),
  );
  if (new Set(sizes).size > 1)
    throw new AtlasFailure("ASYMMETRIC_SHARD_UNSUPPORTED", [textAt(cluster, "name")]);
  const zones = Map.groupBy(specs, (spec) => textAt(spec, "zoneId"));
  const replicationSpecs = [...zones.values()].map((shards) => {
    const { zoneId: _, ...spec } = shards[0] ?? {};
    return {
      ...spec,
      numShards: shards.length,
      regionConfigs: listAt(spec, "regionConfigs").map(olderRegion),
    };
  });
  const [config = {}] = listAt(specs[0] ?? {}, "regionConfigs");
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
