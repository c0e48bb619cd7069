import * as pulumi from "@pulumi/pulumi";
import type { DocumentBinding, GraphBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Destination, Platform, Scale } from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";
import { Cache, type CacheArgs } from "./cache.ts";
import { ContainerService } from "./container-service.ts";
import type { Credentials } from "./credentials.ts";
import type { ServiceNetwork } from "./service-network.ts";

export interface BackendArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  readonly cacheDefinition: ServiceDefinition;
  /** Tells of the cache. @default none */
  readonly cacheExporter?: CacheArgs["exporter"];
  /** @default operations empty the cache */
  readonly cacheFilledUnder?: CacheArgs["filledUnder"];
  /** @default the platform opens connections one by one (`databases`) */
  readonly network?: ServiceNetwork;
  /** Where its databases are, if outside of the platform. @default on its network */
  readonly databases?: readonly Destination[];
  readonly documents: pulumi.Output<DocumentBinding>;
  readonly graph: pulumi.Output<GraphBinding>;
  readonly credentials: Credentials;
  /** Published port. @default only the gateway reaches it */
  readonly port?: number;
  readonly memory: Bytes;
  readonly scale?: Scale;
  readonly logLevel: string;
  /** What has to be done first: its databases are up and seeded. */
  readonly after: readonly pulumi.Resource[];
}

/** An API backend with a cache of its own. */
export class Backend extends pulumi.ComponentResource {
  readonly service: ContainerService;
  readonly cache: Cache;

  constructor(name: string, args: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:Backend", name, {}, opts);
    const { platform, definition, network, cacheDefinition } = args;
    this.cache = new Cache(
      `${name}-cache`,
      {
        platform,
        definition: cacheDefinition,
        ...(network && { network: network.data }),
        ...(args.cacheFilledUnder && { filledUnder: args.cacheFilledUnder }),
        exporter: args.cacheExporter,
      },
      { parent: this },
    );
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform,
        definition,
        ...(network && { networks: [network.edge, network.data] }),
        reaches: [{ kind: "service", definition: cacheDefinition }, ...(args.databases ?? [])],
        isPublic: true,
        ...(args.port !== undefined && { published: { http: args.port } }),
        ...(args.scale && { scale: args.scale }),
        memory: args.memory,
        environment: environmentOf(args),
        secrets: {
          ...connectionSecrets(args),
          CACHE_URL: this.cache.binding.url,
          ...args.credentials.secrets,
        },
        after: args.after,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

function environmentOf({ platform, definition, logLevel }: BackendArgs): { [name: string]: string } {
  return {
    SERVICE_NAME: definition.name,
    ENVIRONMENT: platform.scope.stack,
    LOG_LEVEL: logLevel,
    PORT: String(definition.ports["http"]),
  };
}

function connectionSecrets(args: BackendArgs): { [name: string]: pulumi.Output<string> } {
  return {
    MONGODB_URL: args.documents.url,
    MONGODB_DATABASE: args.documents.database,
    NEO4J_URL: args.graph.url,
    NEO4J_USER: args.graph.user,
    NEO4J_PASSWORD: args.graph.password,
    NEO4J_DATABASE: args.graph.database,
  };
}
