import * as pulumi from "@pulumi/pulumi";

export interface ProviderArgs {
  /** Client id of an Aura API key. @default the variable `AURA_CLIENT_ID` */
  readonly clientId?: pulumi.Input<string> | undefined;
  /** Client secret of the API key; always kept encrypted. @default the variable `AURA_CLIENT_SECRET` */
  readonly clientSecret?: pulumi.Input<string> | undefined;
  /** Tenant of instances that name none. @default the variable `AURA_TENANT_ID` */
  readonly tenantId?: pulumi.Input<string> | undefined;
  /** Origin of the Aura API. @default the variable `AURA_BASE_URL`, else `https://api.neo4j.io` */
  readonly baseUrl?: pulumi.Input<string> | undefined;
  /** Seconds between two looks at something that changes. @default 5 */
  readonly pollSeconds?: pulumi.Input<number> | undefined;
  /** Seconds that a new instance is given after it says `running`, before anybody connects. @default 60 */
  readonly settleSeconds?: pulumi.Input<number> | undefined;
}

/** A configured Aura provider, for programs that use more than one account. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const { clientSecret, pollSeconds, settleSeconds } = args;
    super(
      "aura",
      name,
      {
        ...args,
        clientSecret: clientSecret === undefined ? undefined : pulumi.secret(clientSecret),
        pollSeconds: toText(pollSeconds),
        settleSeconds: toText(settleSeconds),
      },
      opts,
    );
  }
}

/** Configuration of a provider travels as JSON text. */
function toText(count: pulumi.Input<number> | undefined): pulumi.Output<string> | undefined {
  return count === undefined ? undefined : pulumi.output(count).apply((value) => JSON.stringify(value));
}
