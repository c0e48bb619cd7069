import * as pulumi from "@pulumi/pulumi";
import type { DocumentBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Destination, Network, Platform } from "../platforms/platform.ts";
import { ContainerService } from "./container-service.ts";

export interface ReplicationArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** Those of both databases. @default the platform opens connections one by one (`databases`) */
  readonly networks?: readonly Network[];
  /** Where the databases are, if outside of the platform. @default on its networks */
  readonly databases?: readonly Destination[];
  readonly source: pulumi.Output<DocumentBinding>;
  /** Becomes and stays a copy of the source: what only it has is removed. */
  readonly target: pulumi.Output<DocumentBinding>;
  readonly after: readonly pulumi.Resource[];
}

/** Keeps one document database a copy of another. */
export class Replication extends pulumi.ComponentResource {
  readonly service: ContainerService;

  constructor(name: string, args: ReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:Replication", name, {}, opts);
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        source: { kind: "build", service: "migration" },
        ...(args.networks && { networks: args.networks }),
        ...(args.databases && { reaches: args.databases }),
        environment: {
          FOLLOW: "true",
          REMOVE_EXTRA: "true",
          REPORT: "/tmp/replication.json",
          PORT: String(args.definition.ports["http"]),
        },
        secrets: {
          SOURCE_URL: args.source.url,
          SOURCE_DATABASE: args.source.database,
          TARGET_URL: args.target.url,
          TARGET_DATABASE: args.target.database,
        },
        after: args.after,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
