import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The present backend: Node, Fastify. */
export const backendNode: ServiceDefinition = {
  name: "backend-node",
  ports: { http: 8080 },
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(256),
  health: healthBy([
    "node",
    "-e",
    "fetch('http://127.0.0.1:8080/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))",
  ]),
  stopTimeout: seconds(15),
  startTimeout: seconds(180),
};
