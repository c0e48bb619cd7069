import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface CredentialsArgs {
  /** Login of the first administrator. */
  readonly administratorEmail: string;
}

/** What both backends must agree on so that each accepts the other's tokens and cursors, and the first administrator. */
export class Credentials extends pulumi.ComponentResource {
  readonly administratorPassword: pulumi.Output<string>;
  /** What checks access tokens: environment of a service that accepts them. */
  readonly tokenSecrets: { readonly [name: string]: pulumi.Output<string> };
  /** Environment of a backend. */
  readonly secrets: { readonly [name: string]: pulumi.Output<string> };

  constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:Credentials", name, {}, opts);
    const tokenKey = new random.RandomPassword(
      `${name}-token-key`,
      { length: 64, special: false },
      { parent: this },
    );
    const tokenKeyId = new random.RandomId(`${name}-token-key-id`, { byteLength: 6 }, { parent: this });
    const cursorKey = new random.RandomPassword(
      `${name}-cursor-key`,
      { length: 64, special: false },
      { parent: this },
    );
    const administrator = new random.RandomPassword(
      `${name}-administrator-password`,
      { length: 20, special: false },
      { parent: this },
    );
    this.administratorPassword = administrator.result;
    this.tokenSecrets = { JWT_KEY: tokenKey.result, JWT_KEY_ID: tokenKeyId.hex };
    this.secrets = {
      ...this.tokenSecrets,
      CURSOR_KEY: cursorKey.result,
      ADMIN_EMAIL: pulumi.output(args.administratorEmail),
      ADMIN_PASSWORD: administrator.result,
    };
    this.registerOutputs({});
  }
}
