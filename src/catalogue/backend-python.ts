import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The backend to come: Python, FastAPI. */
export const backendPython: ServiceDefinition = {
  name: "backend-python",
  ports: { http: 8080 },
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(256),
  health: healthBy([
    "python3",
    "-c",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health/ready', timeout=4)",
  ]),
  stopTimeout: seconds(15),
  startTimeout: seconds(180),
};
