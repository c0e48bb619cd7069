import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { GraphBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Destination, Network, Platform } from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";

export interface NotebookServerArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** @default the platform opens connections one by one (`databases`) */
  readonly networks?: readonly Network[];
  /** Where the graph database is, if outside of the platform. @default on its networks */
  readonly databases?: readonly Destination[];
  readonly graph: pulumi.Output<GraphBinding>;
  readonly memory: Bytes;
  /** What has to be there: the graph database. */
  readonly after: readonly pulumi.Resource[];
}

/** JupyterLab behind the gateway, with a token of its own and a user of the graph database. */
export class NotebookServer extends pulumi.ComponentResource {
  readonly service: ContainerService;
  /** Lets its bearer run code in the server's container. */
  readonly token: pulumi.Output<string>;

  constructor(name: string, args: NotebookServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:NotebookServer", name, {}, opts);
    const token = new random.RandomPassword(
      `${name}-token`,
      { length: 48, special: false },
      { parent: this },
    );
    this.token = token.result;
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        ...(args.networks && { networks: args.networks }),
        ...(args.databases && { reaches: args.databases }),
        isPublic: true,
        memory: args.memory,
        secrets: {
          JUPYTER_TOKEN: token.result,
          NEO4J_URL: args.graph.url,
          NEO4J_USER: args.graph.user,
          NEO4J_PASSWORD: args.graph.password,
          NEO4J_DATABASE: args.graph.database,
        },
        after: args.after,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
