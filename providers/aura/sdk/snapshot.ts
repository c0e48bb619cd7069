import * as pulumi from "@pulumi/pulumi";

export interface SnapshotArgs {
  /** The instance whose data are kept. */
  readonly instanceId: pulumi.Input<string>;
  /** Takes another data snapshot whenever one of these values changes. */
  readonly triggers?: pulumi.Input<{ readonly [name: string]: pulumi.Input<string> }> | undefined;
}

/** An on-demand data snapshot of an instance. Aura has no call to delete one: deleting the resource only forgets it. */
export class Snapshot extends pulumi.CustomResource {
  declare readonly instanceId: pulumi.Output<string>;
  declare readonly triggers: pulumi.Output<{ readonly [name: string]: string } | undefined>;
  declare readonly snapshotId: pulumi.Output<string>;
  declare readonly status: pulumi.Output<string>;
  /** `AdHoc` or `Scheduled`. */
  declare readonly profile: pulumi.Output<string>;
  /** When it was taken, ISO 8601. */
  declare readonly timestamp: pulumi.Output<string>;

  constructor(name: string, args: SnapshotArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "aura:index:Snapshot",
      name,
      { snapshotId: undefined, status: undefined, profile: undefined, timestamp: undefined, ...args },
      opts,
    );
  }
}
