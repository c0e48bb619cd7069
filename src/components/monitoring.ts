import * as pulumi from "@pulumi/pulumi";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import type { Network, Platform } from "../platforms/platform.ts";
import type { Bytes } from "../quantities.ts";
import { ContainerService } from "./container-service.ts";

/** A service whose metrics are collected. */
export interface Monitored {
  readonly service: ContainerService;
  readonly definition: ServiceDefinition;
  /** The exporter that hands its metrics on. @default they are asked of the service itself */
  readonly through?: Monitored;
}

/** How alerts reach people: variables and secrets of the alertmanager's image. */
export interface AlertReceiver {
  readonly environment: { readonly [name: string]: string };
  readonly secrets: { readonly [name: string]: pulumi.Output<string> };
}

export interface MonitoringArgs {
  readonly platform: Platform;
  readonly prometheus: ServiceDefinition;
  readonly alertmanager: ServiceDefinition;
  /** The monitoring's own network, and those on which it reaches the services. */
  readonly network: Network;
  readonly reaches: readonly Network[];
  readonly monitored: readonly Monitored[];
  readonly receiver: AlertReceiver;
  /** How long figures are kept, in Prometheus's notation: `7d`. */
  readonly retention: string;
  readonly memory: Bytes;
  /** @default not published */
  readonly ports: { readonly prometheus?: number; readonly alertmanager?: number };
}

/** Prometheus and Alertmanager of one environment. */
export class Monitoring extends pulumi.ComponentResource {
  readonly prometheus: ContainerService;
  readonly alertmanager: ContainerService;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trials:components:Monitoring", name, {}, opts);
    const { platform, network, ports } = args;
    this.alertmanager = new ContainerService(
      `${name}-alertmanager`,
      {
        platform,
        definition: args.alertmanager,
        networks: [network],
        environment: args.receiver.environment,
        secrets: args.receiver.secrets,
        ...(ports.alertmanager !== undefined && { published: { http: ports.alertmanager } }),
      },
      { parent: this },
    );
    const alerts = { service: this.alertmanager, definition: args.alertmanager };
    this.prometheus = new ContainerService(
      `${name}-prometheus`,
      {
        platform,
        definition: args.prometheus,
        networks: [network, ...args.reaches],
        environment: {
          ENVIRONMENT: platform.scope.stack,
          RETENTION: args.retention,
          ALERTMANAGER: pulumi.interpolate`${this.alertmanager.workload.name}:${args.alertmanager.ports["http"]}`,
          TARGETS: targetsOf([...args.monitored, alerts]),
        },
        memory: args.memory,
        ...(ports.prometheus !== undefined && { published: { http: ports.prometheus } }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** Targets in the notation of Prometheus's file-based discovery. */
function targetsOf(monitored: readonly Monitored[]): pulumi.Output<string> {
  const targets = monitored.map(({ through, ...own }) =>
    addressOf(through ?? own).apply((address) => ({
      targets: [address],
      labels: { service: own.definition.name, ...(through && partOf(own.definition)) },
    })),
  );
  return pulumi.all(targets).apply((all) => JSON.stringify(all));
}

/** What is asked of an exporter for one of the services that it hands on. */
function partOf({ name }: ServiceDefinition) {
  return { __metrics_path__: "/proxy", __param_module: name };
}

/** `host:port` of a service's metrics. */
export function addressOf({ service, definition }: Monitored): pulumi.Output<string> {
  const { metrics } = definition;
  if (metrics === undefined) throw new Error(`service ${definition.name} has no metrics`);
  return pulumi.interpolate`${service.workload.name}:${definition.ports[metrics.port]}`;
}
