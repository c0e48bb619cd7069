import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The job that loads the knowledge graph of trials into the graph database. */
export const knowledgeGraph: ServiceDefinition = {
  name: "knowledge-graph",
  ports: {},
  user: "10001:10001",
  scratch: ["/tmp"],
  memory: mebibytes(384),
  health: healthBy(["true"]),
  stopTimeout: seconds(10),
  startTimeout: seconds(600),
};
