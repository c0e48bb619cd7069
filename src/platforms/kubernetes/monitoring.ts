import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../../catalogue/service-definition.ts";
import { type Duration, toGoDuration } from "../../quantities.ts";
import { selectorOf } from "./labels.ts";
import { allowFromNamespace } from "./network.ts";
import { metadataOf, type Place, portOf } from "./place.ts";

/** Metrics are collected by the Prometheus operator. */
export interface Monitoring {
  readonly interval: Duration;
  /** Namespace of the collector's pods. */
  readonly namespace: string;
}

/** Has the metrics of a service collected, where it has any. */
export function createServiceMonitor(
  name: string,
  args: { place: Place; definition: ServiceDefinition; monitoring: Monitoring },
  opts: pulumi.CustomResourceOptions,
): void {
  const { place, definition, monitoring } = args;
  const { metrics } = definition;
  if (metrics === undefined) return;
  const ports = [portOf(definition, metrics.port)];
  const way = { place, definition, from: monitoring.namespace, ports };
  allowFromNamespace(
    `${name}-from-monitoring`,
    { ...way, policy: `${definition.name}-from-monitoring` },
    opts,
  );
  new kubernetes.apiextensions.CustomResource(
    `${name}-monitor`,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "ServiceMonitor",
      metadata: metadataOf(place, definition.name, { name: definition.name }),
      spec: {
        selector: { matchLabels: { ...selectorOf(place.scope, definition.name) } },
        endpoints: [{ port: metrics.port, path: metrics.path, interval: toGoDuration(monitoring.interval) }],
      },
    },
    opts,
  );
}

/** Groups of rules in Prometheus's notation. */
export interface AlertRules {
  readonly groups: readonly object[];
}

/** Has the operator's Prometheus judge the metrics of the environment. */
export function createAlertRules(
  name: string,
  args: { place: Place; rules: AlertRules },
  opts: pulumi.CustomResourceOptions,
): void {
  new kubernetes.apiextensions.CustomResource(
    name,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: metadataOf(args.place, "monitoring", { name: "alerts" }),
      spec: { groups: [...args.rules.groups] },
    },
    opts,
  );
}
