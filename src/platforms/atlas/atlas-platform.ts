import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import type {
  DocumentCluster,
  DocumentPlatform,
  DocumentUserArgs,
  SearchIndexArgs,
} from "../managed-databases.ts";
import type { Scope } from "../platform.ts";
import { type AccessEntry, createAccessList } from "./access-list.ts";
import { type Alerts, createAlerts } from "./alerts.ts";
import { type ClusterOptions, createCluster } from "./cluster.ts";
import { createProject, type ProjectOptions } from "./project.ts";
import { createSearchIndex } from "./search-index.ts";
import { createUser } from "./user.ts";

export interface AtlasPlatformArgs {
  readonly scope: Scope;
  /** Address of the Admin API. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: pulumi.Output<string>;
  readonly project: ProjectOptions;
  readonly cluster: ClusterOptions;
  readonly accessList: readonly AccessEntry[];
  readonly alerts: Alerts;
  /** Keeps Pulumi and Atlas from deleting what holds data. */
  readonly protect: boolean;
}

/** Document databases at MongoDB Atlas. */
export class AtlasPlatform extends pulumi.ComponentResource implements DocumentPlatform {
  private readonly args: AtlasPlatformArgs;
  private readonly provider: atlas.Provider;

  constructor(name: string, args: AtlasPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:platforms:Atlas", name, {}, opts);
    this.args = args;
    const { baseUrl, clientId, clientSecret } = args;
    this.provider = new atlas.Provider(
      `${name}-provider`,
      { baseUrl, clientId, clientSecret },
      { parent: this },
    );
    this.registerOutputs({});
  }

  cluster(name: string, opts: pulumi.CustomResourceOptions): DocumentCluster {
    const { args } = this;
    const within = this.within(opts);
    const projectId = createProject(`${name}-project`, args, within);
    createAlerts(`${name}-alert`, { projectId, alerts: args.alerts }, within);
    const access = createAccessList(`${name}-access`, { projectId, entries: args.accessList }, within);
    return createCluster(name, { ...args, options: args.cluster, projectId, after: access }, within);
  }

  user(name: string, user: DocumentUserArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return createUser(name, { ...user, scope: this.args.scope }, this.within(opts));
  }

  searchIndex(name: string, index: SearchIndexArgs, opts: pulumi.CustomResourceOptions): void {
    createSearchIndex(name, index, this.within(opts));
  }

  private within(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return { ...opts, provider: this.provider };
  }
}
