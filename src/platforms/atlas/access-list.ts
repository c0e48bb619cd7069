import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";

/** A network that may connect. */
export interface AccessEntry {
  /** In CIDR notation. */
  readonly range: string;
  readonly comment: string;
}

export function createAccessList(
  name: string,
  args: { projectId: pulumi.Output<string>; entries: readonly AccessEntry[] },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return args.entries.map(
    ({ range, comment }) =>
      new atlas.ProjectIpAccessList(
        `${name}-${range.replace(/[^0-9a-f]+/g, "-")}`,
        { projectId: args.projectId, cidrBlock: range, comment },
        opts,
      ),
  );
}
