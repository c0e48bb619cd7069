import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { DocumentBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";

/** `embedded` has no users: its network is the boundary. `mongodb` gives the service a user of its own. */
export type DocumentEngine = "embedded" | "mongodb";

export interface DocumentDatabaseArgs {
  readonly platform: Platform;
  readonly engine: DocumentEngine;
  readonly definition: ServiceDefinition;
  /** Name of the database, and of its user. */
  readonly database: string;
  readonly network: Network;
  readonly port: number;
  readonly memory: Bytes;
}

/** A document database for one backend: its own server, user, secret and data volume. */
export class DocumentDatabase extends pulumi.ComponentResource {
  readonly service: ContainerService;
  readonly binding: pulumi.Output<DocumentBinding>;

  constructor(name: string, args: DocumentDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:DocumentDatabase", name, {}, opts);
    const password = new random.RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    );
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        networks: [args.network],
        published: { mongodb: args.port },
        memory: args.memory,
        ...engineArgs(args, password.result),
      },
      { parent: this },
    );
    this.binding = pulumi.secret(bindingOf(args, this.service, password.result));
    this.registerOutputs({ binding: this.binding });
  }
}

type EngineArgs = Pick<
  ConstructorParameters<typeof ContainerService>[1],
  "source" | "environment" | "secrets"
>;

function engineArgs(args: DocumentDatabaseArgs, password: pulumi.Output<string>): EngineArgs {
  if (args.engine === "embedded") return { source: { kind: "build", service: "document-store" } };
  return {
    source: { kind: "official", name: "mongo:8.0" },
    environment: { MONGO_INITDB_ROOT_USERNAME: args.database, MONGO_INITDB_DATABASE: args.database },
    secrets: { MONGO_INITDB_ROOT_PASSWORD: password },
  };
}

function bindingOf(
  args: DocumentDatabaseArgs,
  service: ContainerService,
  password: pulumi.Output<string>,
): pulumi.Output<DocumentBinding> {
  const { database } = args;
  const port = args.definition.ports["mongodb"];
  const host = service.workload.name;
  const url =
    args.engine === "embedded"
      ? pulumi.interpolate`mongodb://${host}:${port}/${database}`
      : pulumi.interpolate`mongodb://${database}:${password}@${host}:${port}/${database}?authSource=admin`;
  return url.apply((value) => ({ url: value, database }));
}
