import * as atlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";

export type Alerts =
  | { readonly kind: "none" }
  | {
      readonly kind: "email";
      readonly address: string;
      /** How long the trouble has to last, minutes. */
      readonly delay: number;
      /** Percent. */
      readonly diskUsed: number;
    };

/** How often somebody is told again, minutes. */
const REPEAT = 60;

/** Tells people when no primary answers, and when a disk fills up. */
export function createAlerts(
  name: string,
  args: { projectId: pulumi.Output<string>; alerts: Alerts },
  opts: pulumi.CustomResourceOptions,
): void {
  const { projectId, alerts } = args;
  if (alerts.kind === "none") return;
  const notifications = [
    { typeName: "EMAIL", emailAddress: alerts.address, delayMin: alerts.delay, intervalMin: REPEAT },
  ];
  const shared = { projectId, enabled: true, notifications };
  new atlas.AlertConfiguration(`${name}-no-primary`, { ...shared, eventType: "NO_PRIMARY" }, opts);
  new atlas.AlertConfiguration(
    `${name}-disk-used`,
    {
      ...shared,
      eventType: "OUTSIDE_METRIC_THRESHOLD",
      metricThresholdConfig: {
        metricName: "DISK_PARTITION_SPACE_USED_DATA",
        operator: "GREATER_THAN",
        threshold: alerts.diskUsed,
        units: "RAW",
        mode: "AVERAGE",
      },
    },
    opts,
  );
}
