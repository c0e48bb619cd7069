import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The cache of one service: Valkey, nothing on disk. */
export function cacheOf(service: string): ServiceDefinition {
  return {
    name: `${service}-cache`,
    ports: { cache: 6379 },
    user: "10001:10001",
    scratch: ["/tmp"],
    memory: mebibytes(96),
    health: healthBy(["/usr/local/bin/healthcheck"], 10),
    stopTimeout: seconds(5),
    startTimeout: seconds(60),
  };
}
