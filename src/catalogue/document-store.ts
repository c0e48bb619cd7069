import { mebibytes, seconds } from "../quantities.ts";
import { healthBy } from "./health.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The document store of one service, built here: MongoDB's wire protocol over an H2 file. */
export function embeddedDocumentStoreOf(service: string): ServiceDefinition {
  const base = documentStoreOf(service);
  return {
    ...base,
    ports: { ...base.ports, metrics: 9404 },
    metrics: { port: "metrics", path: "/metrics" },
  };
}

function documentStoreOf(service: string): ServiceDefinition {
  return {
    name: `${service}-documents`,
    ports: { mongodb: 27017 },
    user: "10001:10001",
    scratch: ["/tmp"],
    data: "/data",
    memory: mebibytes(384),
    health: healthBy(["/usr/local/bin/healthcheck"]),
    stopTimeout: seconds(20),
    startTimeout: seconds(120),
  };
}

/** The same role by the official MongoDB image. */
export function mongodbDocumentStoreOf(service: string): ServiceDefinition {
  return {
    ...documentStoreOf(service),
    user: "999:999",
    data: "/data/db",
    memory: mebibytes(512),
    health: healthBy(["mongosh", "--quiet", "--eval", "db.adminCommand('ping').ok || quit(1)"]),
  };
}
