import * as pulumi from "@pulumi/pulumi";
import type { DocumentBinding, GraphBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Destination, Network, Platform } from "../platforms/platform.ts";
import { storeSecrets } from "./store-secrets.ts";

export interface SchemaJobArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** @default the platform opens connections one by one (`databases`) */
  readonly network?: Network;
  /** Where the databases are, if outside of the platform. @default on its network */
  readonly databases?: readonly Destination[];
  readonly documents: pulumi.Output<DocumentBinding>;
  readonly graph: pulumi.Output<GraphBinding>;
  /** Databases that have to be up. */
  readonly after: readonly pulumi.Resource[];
}

/** Brings the schemas of one backend's document database and of the graph up; operations take them down again. */
export class SchemaJob extends pulumi.ComponentResource {
  readonly job: pulumi.Resource;

  constructor(name: string, args: SchemaJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:SchemaJob", name, {}, opts);
    const image = args.platform.image(
      `${name}-image`,
      { kind: "build", service: "schema" },
      { parent: this },
    );
    this.job = args.platform.job(
      `${name}-job`,
      {
        definition: args.definition,
        image,
        networks: args.network ? [args.network] : [],
        ...(args.databases && { reaches: args.databases }),
        secrets: storeSecrets(args.documents, args.graph),
        dependsOn: args.after,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
