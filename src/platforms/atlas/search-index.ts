import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";
import type { SearchIndexArgs } from "../managed-databases.ts";

/** A full-text index of a collection's every text. */
export function createSearchIndex(
  name: string,
  { cluster, database, collection }: SearchIndexArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new atlas.SearchIndex(
    name,
    {
      projectId: cluster.projectId,
      clusterName: cluster.name,
      database,
      collectionName: collection,
      name: `${collection}-text`,
      mappingsDynamic: true,
    },
    { ...opts, dependsOn: [cluster.resource] },
  );
}
