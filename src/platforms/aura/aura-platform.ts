import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@trials/pulumi-aura";
import { physicalName } from "../../names.ts";
import type { GraphPlatform, ManagedGraph } from "../managed-databases.ts";
import type { Scope } from "../platform.ts";
import { externalAura } from "./external-connection.ts";
import { type ManagedAuraArgs, managedAura } from "./managed-instance.ts";

export type AuraPlatformArgs =
  | {
      readonly mode: "external";
      /** Text of the credentials file, secret. */
      readonly credentials: pulumi.Output<string>;
      /** Accepts connections without encryption. */
      readonly plain: boolean;
    }
  | {
      readonly mode: "managed";
      readonly scope: Scope;
      readonly baseUrl: string;
      readonly clientId: string;
      readonly clientSecret: pulumi.Output<string>;
      /** How long a new instance is left alone before it is used, seconds. */
      readonly settleSeconds: number;
      readonly instance: Omit<ManagedAuraArgs, "name">;
      /** Keeps Pulumi from deleting the instance. */
      readonly protect: boolean;
    };

/** Graph databases at Neo4j AuraDB: one that is there, or one made by Aura's API. */
export class AuraPlatform extends pulumi.ComponentResource implements GraphPlatform {
  private readonly args: AuraPlatformArgs;
  private readonly provider: Provider | undefined;

  constructor(name: string, args: AuraPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:platforms:Aura", name, {}, opts);
    this.args = args;
    this.provider = args.mode === "managed" ? createProvider(`${name}-provider`, args, this) : undefined;
    this.registerOutputs({});
  }

  database(name: string, opts: pulumi.CustomResourceOptions): ManagedGraph {
    const { args, provider } = this;
    if (args.mode === "external" || provider === undefined) return externalAura(args as ExternalArgs);
    const named = { ...args.instance, name: physicalName(args.scope, "graph") };
    return managedAura(`${name}-instance`, named, { ...opts, provider, protect: args.protect });
  }
}

type ExternalArgs = Extract<AuraPlatformArgs, { mode: "external" }>;
type ManagedArgs = Extract<AuraPlatformArgs, { mode: "managed" }>;

function createProvider(name: string, args: ManagedArgs, parent: pulumi.Resource): Provider {
  const { baseUrl, clientId, clientSecret, settleSeconds } = args;
  return new Provider(name, { baseUrl, clientId, clientSecret, settleSeconds }, { parent });
}
