import { mebibytes, seconds } from "../quantities.ts";
import { healthBy, readyOverHttp } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

const HARDENED = {
  user: "10001:10001",
  scratch: ["/tmp"],
  data: "/data",
  stopTimeout: seconds(15),
  startTimeout: seconds(120),
} as const;

/** Collects the metrics of an environment and judges them. */
export const prometheus: ServiceDefinition = {
  ...HARDENED,
  name: "prometheus",
  ports: { http: 9090 },
  memory: mebibytes(256),
  health: readyOverHttp(9090, "/-/ready", "/-/healthy"),
  metrics: { port: "http", path: "/metrics" },
};

/** Groups alerts, mutes what another one explains, tells people. */
export const alertmanager: ServiceDefinition = {
  ...HARDENED,
  name: "alertmanager",
  ports: { http: 9093 },
  memory: mebibytes(96),
  health: readyOverHttp(9093, "/-/ready", "/-/healthy"),
  metrics: { port: "http", path: "/metrics" },
};

/** Keeps what jobs tell of themselves until Prometheus collects it. */
export const pushgateway: ServiceDefinition = {
  ...HARDENED,
  name: "pushgateway",
  ports: { http: 9091 },
  memory: mebibytes(64),
  health: readyOverHttp(9091, "/-/ready", "/-/healthy"),
  metrics: { port: "http", path: "/metrics" },
};

/** What exporters of stores and caches share: small, and hardened. */
const EXPORTER = {
  user: HARDENED.user,
  scratch: HARDENED.scratch,
  memory: mebibytes(48),
  health: healthBy(["/usr/local/bin/healthcheck"], 10),
  metrics: { port: "http", path: "/metrics" },
  stopTimeout: seconds(5),
  startTimeout: seconds(60),
} as const satisfies Partial<ServiceDefinition>;

/** Tells Prometheus of one service's cache. */
export function cacheExporterOf(service: string): ServiceDefinition {
  return {
    name: `${service}-cache-exporter`,
    ports: { http: 9121 },
    ...EXPORTER,
  };
}

/** Hands the stores' figures on to Prometheus. */
export const storeExporter: ServiceDefinition = {
  name: "store-exporter",
  ports: { http: 9999 },
  ...EXPORTER,
};
