import * as pulumi from "@pulumi/pulumi";

export interface CrateArgs {
  /** What is in it. */
  content: pulumi.Input<string>;
}

/** A component without a provider of its own: the SDK hosts the class as it is. */
export class Crate extends pulumi.ComponentResource {
  public readonly label: pulumi.Output<string>;

  constructor(name: string, args: CrateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("boxes:index:Crate", name, {}, opts);
    const lid = new Lid(`${name}-lid`, { parent: this });
    this.label = pulumi.interpolate`${args.content} under ${lid.urn}`;
    this.registerOutputs({ label: this.label });
  }
}

class Lid extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("boxes:index:Lid", name, {}, opts);
    this.registerOutputs({});
  }
}
