import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { ownershipLabels, physicalName } from "../../names.ts";
import type { Scope } from "../platform.ts";
import { toLabels } from "./network.ts";

export interface VolumeArgs {
  readonly scope: Scope;
  readonly role: string;
}

/** A named volume. It outlives the container; whether it outlives the stack is asked at destroy time (--with-data). */
export function createVolume(
  name: string,
  args: VolumeArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Volume {
  const { scope, role } = args;
  return new docker.Volume(
    name,
    { name: physicalName(scope, role), labels: toLabels(ownershipLabels(scope, role)) },
    { ...opts, retainOnDelete: true },
  );
}
