import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";
import { ownershipLabels, physicalName } from "../../names.ts";
import type { DocumentCluster } from "../managed-databases.ts";
import type { Scope } from "../platform.ts";
import { createDedicatedCluster, type DedicatedOptions } from "./dedicated-cluster.ts";
import type { SnapshotIdentity } from "./snapshot-hook.ts";

export interface FlexOptions {
  readonly kind: "flex";
  readonly provider: string;
  readonly region: string;
}

export type ClusterOptions = DedicatedOptions | FlexOptions;

export interface ClusterArgs<Options extends ClusterOptions = ClusterOptions> {
  readonly scope: Scope;
  readonly projectId: pulumi.Output<string>;
  readonly options: Options;
  readonly protect: boolean;
  /** What has to be there first. */
  readonly after: readonly pulumi.Resource[];
}

export function createCluster(
  name: string,
  args: ClusterArgs & SnapshotIdentity,
  opts: pulumi.CustomResourceOptions,
): DocumentCluster {
  const { options } = args;
  return options.kind === "flex"
    ? createFlexCluster(`${name}-flex`, { ...args, options }, opts)
    : createDedicatedCluster(name, { ...args, options }, opts);
}

function createFlexCluster(
  name: string,
  args: ClusterArgs<FlexOptions>,
  opts: pulumi.CustomResourceOptions,
): DocumentCluster {
  const { scope, options, protect, projectId } = args;
  const flex = new atlas.FlexCluster(
    name,
    {
      projectId,
      name: physicalName(scope, "documents"),
      providerSettings: { backingProviderName: options.provider, regionName: options.region },
      terminationProtectionEnabled: protect,
      tags: { ...ownershipLabels(scope, "documents") },
    },
    { ...opts, protect, dependsOn: [...args.after] },
  );
  const address = flex.connectionStrings.apply((strings) => strings.standardSrv);
  return { projectId, name: flex.name, address, resource: flex };
}
