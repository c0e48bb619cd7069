import type * as pulumi from "@pulumi/pulumi";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";

/** The stack's outputs while the program runs: the contract's shape, with outputs as leaves. */
export interface EnvironmentOutputs {
  readonly environment: StackOutputs["environment"];
  readonly gatewayUrl: string;
  readonly pythonWeight: number;
  readonly traffic: NonNullable<StackOutputs["traffic"]>;
  readonly services: { readonly [name: string]: pulumi.Output<StackOutputs["services"][string]> };
  readonly administrator: { readonly email: string; readonly password: pulumi.Output<string> };
  /** Stacks with notebooks only. */
  readonly notebooks?: { readonly url: string; readonly token: pulumi.Output<string> };
  /** Where a cloud stack's parts are. */
  readonly cloud?: pulumi.Output<NonNullable<StackOutputs["cloud"]>>;
}
