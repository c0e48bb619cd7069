import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "../platform.ts";
import { selectorOf } from "./labels.ts";
import { metadataOf, type Place } from "./place.ts";

/** How many replicas run (the autoscaler owns that number), and how many may be away for maintenance. */
export function createScaling(
  name: string,
  args: WorkloadArgs & { place: Place },
  opts: pulumi.CustomResourceOptions,
): void {
  const { place, definition, scale } = args;
  if (scale === undefined) return;
  const metadata = metadataOf(place, definition.name, { name: definition.name });
  new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
    `${name}-scaling`,
    {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: definition.name },
        minReplicas: scale.minReplicas,
        maxReplicas: scale.maxReplicas,
        metrics: [
          {
            type: "Resource",
            resource: { name: "cpu", target: { type: "Utilization", averageUtilization: scale.targetCpu } },
          },
        ],
        behavior: {
          scaleUp: { policies: [{ type: "Pods", value: 2, periodSeconds: 30 }] },
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
          },
        },
      },
    },
    opts,
  );
  new kubernetes.policy.v1.PodDisruptionBudget(
    `${name}-disruption`,
    {
      metadata,
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: { ...selectorOf(place.scope, definition.name) } },
      },
    },
    opts,
  );
}
