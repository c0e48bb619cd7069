import * as pulumi from "@pulumi/pulumi";
import type { GraphBinding } from "../../../contracts/binding.ts";
import type { AuraConnection } from "./credentials-file.ts";

/** A graph database at Aura, whichever way it came to be: made by this program, or only connected to. */
export interface AuraDatabase {
  readonly uri: pulumi.Output<string>;
  readonly username: pulumi.Output<string>;
  /** Secret. */
  readonly password: pulumi.Output<string>;
  readonly database: pulumi.Output<string>;
  readonly instanceId: pulumi.Output<string>;
  /** All that a service needs, secret as a whole. */
  readonly binding: pulumi.Output<GraphBinding>;
  /** What is made here and must be there before anything connects. */
  readonly resources: readonly pulumi.Resource[];
}

/** A connection's parts as outputs; the password and the binding are secret, the rest is not. */
export function toAuraDatabase(
  connection: pulumi.Output<AuraConnection>,
  resources: readonly pulumi.Resource[],
): AuraDatabase {
  const open = <Key extends keyof AuraConnection>(key: Key) =>
    pulumi.unsecret(connection.apply((parts) => parts[key]));
  return {
    uri: open("uri"),
    username: open("username"),
    database: open("database"),
    instanceId: open("instanceId"),
    password: pulumi.secret(connection.apply(({ password }) => password)),
    binding: pulumi.secret(
      connection.apply(({ uri, database, username, password }) => ({
        url: uri,
        database,
        user: username,
        password,
      })),
    ),
    resources,
  };
}
