import type * as pulumi from "@pulumi/pulumi";
import type { GraphBinding } from "../../contracts/binding.ts";

/** A cluster of a managed document database. */
export interface DocumentCluster {
  readonly projectId: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** Connection string without credentials, database and options: `mongodb+srv://host`. */
  readonly address: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
}

/** What a user may do in one database. */
export interface Grant {
  readonly database: string;
  /**
   * `read-write` includes indexes and validators of the database's collections, and no dropping of them; `schema`
   * includes that.
   */
  readonly access: "read" | "read-write" | "schema";
}

export interface DocumentUserArgs {
  readonly cluster: DocumentCluster;
  readonly username: string;
  readonly password: pulumi.Output<string>;
  readonly grants: readonly Grant[];
}

export interface SearchIndexArgs {
  readonly cluster: DocumentCluster;
  readonly database: string;
  readonly collection: string;
}

/** Makes document databases that somebody else runs. */
export interface DocumentPlatform {
  /** A cluster in a project of its own, with what keeps it safe: access list, backups, auditing, alerts. */
  cluster(name: string, opts: pulumi.CustomResourceOptions): DocumentCluster;
  user(name: string, args: DocumentUserArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
  searchIndex(name: string, args: SearchIndexArgs, opts: pulumi.CustomResourceOptions): void;
}

/** A graph database that somebody else runs. */
export interface ManagedGraph {
  /** The connection, secret as a whole. */
  readonly binding: pulumi.Output<GraphBinding>;
  readonly instanceId: pulumi.Output<string>;
  /** What has to be there before anything connects. */
  readonly resources: readonly pulumi.Resource[];
}

/** Makes, or connects to, graph databases that somebody else runs. */
export interface GraphPlatform {
  database(name: string, opts: pulumi.CustomResourceOptions): ManagedGraph;
}
