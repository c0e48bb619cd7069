import { mebibytes, seconds } from "../quantities.ts";
import { readyOverHttp } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** JupyterLab over the trial data. */
export const notebooks: ServiceDefinition = {
  name: "notebooks",
  ports: { http: 8888 },
  user: "10001:10001",
  scratch: ["/tmp"],
  data: "/data",
  memory: mebibytes(512),
  health: readyOverHttp(8888, "/notebooks/api", "/notebooks/api"),
  stopTimeout: seconds(15),
  startTimeout: seconds(180),
};

/** The same where a platform keeps no data for it: notebooks last as long as their container. */
export const fleetingNotebooks: ServiceDefinition = {
  name: notebooks.name,
  ports: notebooks.ports,
  user: notebooks.user,
  scratch: ["/tmp", "/data"],
  memory: notebooks.memory,
  health: notebooks.health,
  stopTimeout: notebooks.stopTimeout,
  startTimeout: notebooks.startTimeout,
};
