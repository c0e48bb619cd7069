import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The graph store: Neo4j Community, assembled here from its Maven artifacts. */
export const graphStore: ServiceDefinition = {
  name: "graph-store",
  ports: { bolt: 7687, http: 7474, metrics: 9404 },
  user: "10001:10001",
  scratch: ["/tmp"],
  data: "/data",
  memory: mebibytes(900),
  health: healthBy(["/usr/local/bin/healthcheck"], 120),
  metrics: { port: "metrics", path: "/metrics" },
  stopTimeout: seconds(60),
  startTimeout: seconds(300),
};
