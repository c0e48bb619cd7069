import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { ownershipLabels, physicalName } from "../../names.ts";
import type { Network, Scope } from "../platform.ts";
import { subnetOf } from "./subnet.ts";

export interface NetworkArgs {
  readonly scope: Scope;
  readonly role: string;
  /** Addresses of the environment's networks. @default what Docker has left */
  readonly range: string | undefined;
}

/** A bridge network of its own. Its name is fixed, so a replacement has to delete it first. */
export function createNetwork(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network {
  return new docker.Network(
    name,
    {
      name: physicalName(args.scope, args.role),
      driver: "bridge",
      labels: toLabels(ownershipLabels(args.scope, args.role)),
      ...(args.range !== undefined && { ipamConfigs: [subnetOf(args.range, args.role)] }),
    },
    { ...opts, deleteBeforeReplace: true },
  );
}

/** Labels as Docker's provider takes them, sorted so that a reordering is no difference. */
export function toLabels(labels: { readonly [label: string]: string }): { label: string; value: string }[] {
  return Object.entries(labels)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
