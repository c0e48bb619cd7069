import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../names.ts";
import {
  type Bytes,
  type Cpu,
  mebibytes,
  millicores,
  toCpuQuantity,
  toMemoryQuantity,
} from "../../quantities.ts";
import type { Scope } from "../platform.ts";
import { labelsOf } from "./labels.ts";
import { metadataOf, type Place } from "./place.ts";

/** What all pods of the namespace together may use. */
export interface Quota {
  readonly cpu: Cpu;
  readonly memory: Bytes;
  readonly pods: number;
}

const ROLE = "environment";
const STANDARD = "pod-security.kubernetes.io";

/** The environment's namespace: Kubernetes refuses pods in it that are not hardened. */
export function createNamespace(
  name: string,
  scope: Scope,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const labels = {
    ...labelsOf(scope, ROLE),
    ...Object.fromEntries(["enforce", "audit", "warn"].map((mode) => [`${STANDARD}/${mode}`, "restricted"])),
    [`${STANDARD}/enforce-version`]: "latest",
  };
  const namespace = new kubernetes.core.v1.Namespace(
    name,
    { metadata: { name: physicalName(scope, "services"), labels } },
    opts,
  );
  return namespace.metadata.name;
}

/** What the namespace may use as a whole, and what a container gets that does not say. */
export function createLimits(
  name: string,
  args: Place & { quota: Quota },
  opts: pulumi.CustomResourceOptions,
): void {
  const { quota } = args;
  new kubernetes.core.v1.ResourceQuota(
    `${name}-quota`,
    {
      metadata: metadataOf(args, ROLE, { name: "environment" }),
      spec: {
        hard: {
          "requests.cpu": toCpuQuantity(quota.cpu),
          "limits.memory": toMemoryQuantity(quota.memory),
          pods: String(quota.pods),
          "services.loadbalancers": "0",
          "services.nodeports": "0",
        },
      },
    },
    opts,
  );
  new kubernetes.core.v1.LimitRange(
    `${name}-limits`,
    {
      metadata: metadataOf(args, ROLE, { name: "environment" }),
      spec: {
        limits: [
          {
            type: "Container",
            default: { memory: toMemoryQuantity(mebibytes(256)) },
            defaultRequest: { cpu: toCpuQuantity(millicores(100)), memory: toMemoryQuantity(mebibytes(128)) },
          },
        ],
      },
    },
    opts,
  );
}

/** Pods that answer people are the last to be driven from a node. The class belongs to the cluster, hence its long name. */
export function createPriority(
  name: string,
  { scope, provider }: Pick<Place, "scope" | "provider">,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const priority = new kubernetes.scheduling.v1.PriorityClass(
    name,
    {
      metadata: { name: physicalName(scope, "public"), labels: { ...labelsOf(scope, ROLE) } },
      value: 100_000,
      description: "Services that the gateway reaches",
    },
    { ...opts, provider, deleteBeforeReplace: true },
  );
  return priority.metadata.name;
}
