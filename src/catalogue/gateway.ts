import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The API gateway: HAProxy. */
export const gateway: ServiceDefinition = {
  name: "gateway",
  ports: { http: 8080, metrics: 8404 },
  user: "10001:10001",
  scratch: ["/tmp"],
  // What it was told about traffic, which a new image's container is told again.
  data: "/data",
  dataIsReproducible: true,
  memory: mebibytes(128),
  health: healthBy(["/usr/local/bin/healthcheck"], 15),
  metrics: { port: "metrics", path: "/metrics" },
  stopTimeout: seconds(15),
  startTimeout: seconds(60),
};

/** The run of its image that tells it how traffic goes: a change replaces this and not the gateway. */
export const gatewayTraffic: ServiceDefinition = {
  name: "gateway-traffic",
  ports: {},
  user: gateway.user,
  scratch: gateway.scratch,
  memory: mebibytes(32),
  health: healthBy(["true"]),
  stopTimeout: seconds(5),
  startTimeout: seconds(90),
};
