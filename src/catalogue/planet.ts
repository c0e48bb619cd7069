import { mebibytes, seconds } from "../quantities.ts";
import { healthBy, readyOverHttp } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The prediction service: answers about the arms of trials. */
export const planet: ServiceDefinition = {
  name: "planet",
  ports: { http: 8080, metrics: 8404 },
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(192),
  health: readyOverHttp(8080, "/health/ready"),
  metrics: { port: "metrics", path: "/metrics" },
  stopTimeout: seconds(15),
  startTimeout: seconds(180),
};

/** The job that trains its model: the same image, another command. */
export const planetTraining: ServiceDefinition = {
  name: "planet-training",
  ports: {},
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(512),
  health: healthBy(["true"]),
  stopTimeout: seconds(10),
  startTimeout: seconds(300),
};
