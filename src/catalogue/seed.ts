import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The job that loads the trial sample into the databases of one service. */
export function seedOf(service: string): ServiceDefinition {
  return {
    name: `${service}-seed`,
    ports: {},
    user: "10001:10001",
    scratch: ["/tmp"],
    memory: mebibytes(384),
    health: healthBy(["true"]),
    stopTimeout: seconds(10),
    startTimeout: seconds(300),
  };
}
