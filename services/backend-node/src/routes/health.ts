import type { FastifyInstance } from "fastify";

import { checkReadiness, type Probe } from "../domain/readiness.ts";
import { Live, Readiness } from "../domain/schemas.ts";
import type { Operation } from "../plugins/openapi.ts";

const live: Operation = {
  id: "getLive",
  summary: "Whether the process answers; no dependency is touched",
  tag: "health",
  open: true,
  responses: { 200: Live },
};

const ready: Operation = {
  id: "getReady",
  summary: "Whether the dependencies answer; only a required one that is down makes it 503",
  tag: "health",
  open: true,
  responses: { 200: Readiness, 503: Readiness },
};

/** Liveness and readiness; `note` is told what each readiness check found. */
export function addHealthRoutes(
  app: FastifyInstance,
  probes: { mongo: Probe; neo4j: Probe; cache: Probe },
  note: (readiness: Readiness) => void,
): void {
  app.get("/health/live", { config: { operation: live } }, () => ({ status: "up" }));
  app.get("/health/ready", { config: { operation: ready } }, async (_request, reply) => {
    const readiness = await checkReadiness(probes);
    note(readiness);
    return reply.code(readiness.status === "down" ? 503 : 200).send(readiness);
  });
}
