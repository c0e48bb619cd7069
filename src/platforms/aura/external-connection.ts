import * as pulumi from "@pulumi/pulumi";
import { type AuraDatabase, toAuraDatabase } from "./aura-database.ts";
import {
  type AuraConnection,
  type ConnectionRules,
  checkConnection,
  instanceIdOf,
  parseCredentialsFile,
} from "./credentials-file.ts";

/** An instance that somebody else made: by the text of its credentials file, or by the parts. */
export type ExternalAuraArgs = ConnectionRules &
  (
    | { readonly credentials: pulumi.Input<string> }
    | {
        readonly uri: pulumi.Input<string>;
        readonly username: pulumi.Input<string>;
        readonly password: pulumi.Input<string>;
        /** @default `neo4j` */
        readonly database?: pulumi.Input<string>;
        /** @default as the URI's host begins */
        readonly instanceId?: pulumi.Input<string>;
      }
  );

/**
 * Connects to an instance that is not managed here. Makes no resource.
 *
 * @throws pulumi.RunError (when its outputs are known) naming every problem of the credentials, and no secret.
 */
export function externalAura(args: ExternalAuraArgs): AuraDatabase {
  return toAuraDatabase(
    pulumi.secret("credentials" in args ? fromFile(args.credentials, args) : fromParts(args)),
    [],
  );
}

function fromFile(credentials: pulumi.Input<string>, rules: ConnectionRules): pulumi.Output<AuraConnection> {
  return pulumi.output(credentials).apply((text) => orRunError(() => parseCredentialsFile(text, rules)));
}

function fromParts(args: Exclude<ExternalAuraArgs, { credentials: unknown }>): pulumi.Output<AuraConnection> {
  const { uri, username, password, database = "neo4j", instanceId = "" } = args;
  return pulumi.all([uri, username, password, database, instanceId]).apply((parts) => {
    const [address, user, secret, name, id] = parts;
    const connection = {
      uri: address,
      username: user,
      password: secret,
      database: name,
      instanceId: id || instanceIdOf(address),
    };
    return orRunError(() => checkConnection(connection, args));
  });
}

function orRunError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new pulumi.RunError((error as Error).message);
  }
}
