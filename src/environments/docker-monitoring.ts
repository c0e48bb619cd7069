import { alertmanager, prometheus, pushgateway, storeExporter } from "../catalogue/monitoring.ts";
import type { Upstream } from "../components/gateway.ts";
import { JobOutcomes } from "../components/job-outcomes.ts";
import { type AlertReceiver, type Monitored, Monitoring } from "../components/monitoring.ts";
import { StoreExporter } from "../components/store-exporter.ts";
import type { Platform } from "../platforms/platform.ts";
import { mebibytes } from "../quantities.ts";
import type { DockerSettings } from "../settings/docker-settings.ts";
import { readSecret } from "../settings/read.ts";
import type { DockerBackend } from "./docker-backend.ts";
import type { EnvironmentOutputs } from "./environment.ts";

/** Where jobs tell how they went: there before the first one runs. */
export function jobOutcomes(platform: Platform, { monitoring }: DockerSettings): JobOutcomes {
  const { pushgatewayPort: port } = monitoring;
  return new JobOutcomes("outcomes", {
    platform,
    definition: pushgateway,
    ...(port !== undefined && { port }),
  });
}

export interface DockerMonitoringArgs {
  readonly platform: Platform;
  readonly settings: DockerSettings;
  readonly outcomes: JobOutcomes;
  readonly backends: readonly DockerBackend[];
  readonly graph: Monitored;
  /** What the gateway hands requests to beside the backends; the gateway is on the same networks, and no store is. */
  readonly upstreams: readonly Upstream[];
  /** Reached on these networks or the monitoring's own. */
  readonly others: readonly Monitored[];
}

/** Prometheus and Alertmanager, and their outputs. */
export function dockerMonitoring(args: DockerMonitoringArgs): EnvironmentOutputs["services"] {
  const { outcomes, backends } = args;
  const { monitoring: own } = args.settings;
  const upstreams = [...backends.map(({ upstream }) => upstream), ...args.upstreams];
  const exporters = [...backends.flatMap((backend) => backend.exporters), ...storesOf(args)];
  const pushes = { service: outcomes.service, definition: pushgateway };
  const monitoring = new Monitoring("monitoring", {
    platform: args.platform,
    prometheus,
    alertmanager,
    network: outcomes.network,
    reaches: upstreams.map(({ network }) => network),
    monitored: [...upstreams, ...args.others, ...exporters, pushes],
    receiver: receiverOf(own.receiver),
    retention: `${own.retention}d`,
    memory: mebibytes(own.memory),
    ports: {
      ...(own.prometheusPort !== undefined && { prometheus: own.prometheusPort }),
      ...(own.alertmanagerPort !== undefined && { alertmanager: own.alertmanagerPort }),
    },
  });
  return {
    [prometheus.name]: monitoring.prometheus.outputs,
    [alertmanager.name]: monitoring.alertmanager.outputs,
    [pushgateway.name]: outcomes.service.outputs,
  };
}

/** Reached through an exporter on the stores' own networks; the official MongoDB image has no metrics. */
function storesOf({ platform, outcomes, backends, graph }: DockerMonitoringArgs): readonly Monitored[] {
  const stores = [graph, ...backends.map(({ store }) => store)];
  const exporter = new StoreExporter("store-exporter", {
    platform,
    definition: storeExporter,
    networks: [...backends.map(({ network }) => network.data), outcomes.network],
    stores: stores.filter(({ definition }) => definition.metrics !== undefined),
  });
  return exporter.monitored;
}

function receiverOf(receiver: DockerSettings["monitoring"]["receiver"]): AlertReceiver {
  const environment = { RECEIVER: receiver.kind };
  switch (receiver.kind) {
    case "none":
      return { environment, secrets: {} };
    case "webhook":
      return { environment, secrets: { WEBHOOK_URL: readSecret("alertWebhookUrl") } };
    case "email": {
      const { to, from, server, user } = receiver;
      const mail = { ...environment, EMAIL_TO: to, EMAIL_FROM: from, SMTP_SERVER: server };
      if (user === undefined) return { environment: mail, secrets: {} };
      return {
        environment: { ...mail, SMTP_USER: user },
        secrets: { SMTP_PASSWORD: readSecret("alertMailPassword") },
      };
    }
  }
}
