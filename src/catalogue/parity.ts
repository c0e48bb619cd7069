import { mebibytes, seconds } from "../quantities.ts";
import { readyOverHttp } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The shadow comparator: asks both backends the same. */
export const parity: ServiceDefinition = {
  name: "parity",
  ports: { http: 8080 },
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(128),
  health: readyOverHttp(8080, "/health/ready"),
  metrics: { port: "http", path: "/metrics" },
  askedPort: "http",
  stopTimeout: seconds(10),
  startTimeout: seconds(60),
};
