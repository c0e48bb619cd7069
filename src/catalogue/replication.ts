import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** Keeps one backend's documents a copy of the other's. Healthy once it has gone through all of them. */
export const replication: ServiceDefinition = {
  name: "replication",
  ports: { http: 8080 },
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(128),
  health: healthBy(["test", "-s", "/tmp/replication.json"]),
  askedPort: "http",
  isAlone: true,
  stopTimeout: seconds(10),
  startTimeout: seconds(600),
};
