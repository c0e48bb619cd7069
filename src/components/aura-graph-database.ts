import * as pulumi from "@pulumi/pulumi";
import type { GraphBinding } from "../../contracts/binding.ts";
import type { GraphPlatform } from "../platforms/managed-databases.ts";

export interface AuraGraphDatabaseArgs {
  readonly platform: GraphPlatform;
}

/** A Neo4j database that Aura runs: the twin of GraphDatabase. Its services share the one login that Aura gives. */
export class AuraGraphDatabase extends pulumi.ComponentResource {
  readonly binding: pulumi.Output<GraphBinding>;
  readonly instanceId: pulumi.Output<string>;
  /** What has to be there before anything connects. */
  readonly resources: readonly pulumi.Resource[];

  constructor(name: string, args: AuraGraphDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:AuraGraphDatabase", name, {}, opts);
    const graph = args.platform.database(name, { parent: this });
    this.binding = graph.binding;
    this.instanceId = graph.instanceId;
    this.resources = graph.resources;
    this.registerOutputs({ instanceId: graph.instanceId });
  }
}
