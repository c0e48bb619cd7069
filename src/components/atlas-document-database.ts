import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { DocumentBinding } from "../../contracts/binding.ts";
import type { DocumentCluster, DocumentPlatform, Grant } from "../platforms/managed-databases.ts";

/** A service's own user of the cluster. */
export interface DocumentUser {
  /** Database that its connection names. */
  readonly database: string;
  /** @default reads and writes `database` */
  readonly grants?: readonly Grant[];
}

export interface AtlasDocumentDatabaseArgs {
  readonly platform: DocumentPlatform;
  /** By the name of the service. */
  readonly users: { readonly [service: string]: DocumentUser };
  /** Collections with a full-text index. @default none */
  readonly searched?: readonly { readonly database: string; readonly collection: string }[];
}

/** A MongoDB cluster that Atlas runs, with a user, a role and a secret for each service: the twin of DocumentDatabase. */
export class AtlasDocumentDatabase extends pulumi.ComponentResource {
  readonly cluster: DocumentCluster;
  /** What has to be there before anything connects. */
  readonly resources: readonly pulumi.Resource[];
  private readonly bindings: ReadonlyMap<string, pulumi.Output<DocumentBinding>>;

  constructor(name: string, args: AtlasDocumentDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:AtlasDocumentDatabase", name, {}, opts);
    const { platform } = args;
    const within = { parent: this };
    const cluster = platform.cluster(`${name}-cluster`, within);
    this.cluster = cluster;
    const users = Object.entries(args.users).map(([username, user]) => {
      const { result } = new random.RandomPassword(
        `${name}-${username}-password`,
        { length: 32, special: false },
        within,
      );
      const grants = user.grants ?? [{ database: user.database, access: "read-write" as const }];
      const login = { cluster, username, password: result, grants };
      const resource = platform.user(`${name}-${username}`, login, within);
      return { username, resource, binding: bindingOf(cluster, { username, password: result, ...user }) };
    });
    for (const { database, collection } of args.searched ?? []) {
      platform.searchIndex(
        `${name}-${database}-${collection}-index`,
        { cluster, database, collection },
        within,
      );
    }
    this.resources = [cluster.resource, ...users.map(({ resource }) => resource)];
    this.bindings = new Map(users.map(({ username, binding }) => [username, binding]));
    this.registerOutputs({ cluster: cluster.name, projectId: cluster.projectId });
  }

  /** The connection of one of `users`. */
  getBinding(service: string): pulumi.Output<DocumentBinding> {
    const binding = this.bindings.get(service);
    if (binding === undefined) throw new Error(`the document database has no user called ${service}`);
    return binding;
  }
}

const OPTIONS = "authSource=admin&retryWrites=true&w=majority";

function bindingOf(
  cluster: DocumentCluster,
  login: DocumentUser & { username: string; password: pulumi.Output<string> },
): pulumi.Output<DocumentBinding> {
  const { database, username } = login;
  return pulumi.secret(
    pulumi.all([cluster.address, login.password]).apply(([address, password]) => {
      const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
      return { url: `${address.replace("://", `://${credentials}@`)}/${database}?${OPTIONS}`, database };
    }),
  );
}
