import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { GraphBinding } from "../../contracts/binding.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";

export interface GraphDatabaseArgs {
  readonly platform: Platform;
  readonly definition: ServiceDefinition;
  /** The services that use it: each gets a user of its own. */
  readonly users: readonly string[];
  readonly networks: readonly Network[];
  readonly boltPort: number;
  readonly httpPort: number;
  readonly memory: Bytes;
}

/** The graph database: one server, a user and a secret for each service. */
export class GraphDatabase extends pulumi.ComponentResource {
  readonly service: ContainerService;
  private readonly bindings: ReadonlyMap<string, pulumi.Output<GraphBinding>>;

  constructor(name: string, args: GraphDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:GraphDatabase", name, {}, opts);
    const makePassword = (role: string) =>
      new random.RandomPassword(`${name}-${role}-password`, { length: 32, special: false }, { parent: this });
    const administrator = makePassword("administrator").result;
    const passwords = new Map(args.users.map((user) => [user, makePassword(user).result]));
    this.service = new ContainerService(
      `${name}-service`,
      {
        platform: args.platform,
        definition: args.definition,
        source: { kind: "build", service: "graph-store" },
        networks: args.networks,
        published: { bolt: args.boltPort, http: args.httpPort },
        memory: args.memory,
        secrets: { NEO4J_PASSWORD: administrator, NEO4J_USERS: userList(passwords) },
      },
      { parent: this },
    );
    this.bindings = new Map(
      [...passwords].map(([user, password]) => [user, bindingOf(args, this.service, { user, password })]),
    );
    this.registerOutputs({});
  }

  /** The connection of one of `users`. */
  getBinding(user: string): pulumi.Output<GraphBinding> {
    const binding = this.bindings.get(user);
    if (binding === undefined) throw new Error(`the graph database has no user called ${user}`);
    return binding;
  }
}

/** `user:password` lines, as the graph store's entry script reads them. */
function userList(passwords: ReadonlyMap<string, pulumi.Output<string>>): pulumi.Output<string> {
  return pulumi
    .all([...passwords].map(([user, password]) => pulumi.interpolate`${user}:${password}`))
    .apply((lines) => lines.join("\n"));
}

function bindingOf(
  args: GraphDatabaseArgs,
  service: ContainerService,
  login: { user: string; password: pulumi.Output<string> },
): pulumi.Output<GraphBinding> {
  const url = pulumi.interpolate`bolt://${service.workload.name}:${args.definition.ports["bolt"]}`;
  return pulumi.secret(
    pulumi
      .all([url, login.password])
      .apply(([address, password]) => ({ url: address, database: "neo4j", user: login.user, password })),
  );
}
