import { mebibytes, seconds } from "../quantities.ts";
import { readyOverHttp } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The backend to come: Python, FastAPI. */
export const backendPython: ServiceDefinition = {
  name: "backend-python",
  ports: { http: 8080, metrics: 8404 },
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(256),
  health: readyOverHttp(8080, "/health/ready"),
  metrics: { port: "metrics", path: "/metrics" },
  askedPort: "metrics",
  stopTimeout: seconds(15),
  startTimeout: seconds(180),
};
