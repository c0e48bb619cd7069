import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The job that brings the schemas of one service's databases to the version that the program knows. */
export function schemaOf(service: string): ServiceDefinition {
  return {
    name: `${service}-schema`,
    ports: {},
    user: "10001:10001",
    scratch: ["/tmp"],
    memory: mebibytes(128),
    health: healthBy(["true"]),
    stopTimeout: seconds(10),
    startTimeout: seconds(300),
  };
}
