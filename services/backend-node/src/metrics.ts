import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

import type { Readiness } from "./domain/schemas.ts";

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Where a container's memory limit stands, by the version of control groups. */
const MEMORY_LIMITS = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/** What the service tells of itself. Labels are routes, never addresses: their number is bounded and they hold no secret. */
export interface Metrics {
  readonly registry: Registry;
  readonly seconds: Histogram<"method" | "route" | "status">;
  readonly inFlight: Gauge;
  readonly dependencyUp: Gauge<"dependency">;
}

/** Metrics of one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: "service_memory_limit_bytes",
    help: "Memory that the process may use; +Inf without a limit",
    registers,
    collect() {
      this.set(memoryLimit());
    },
  });
  return {
    registry,
    seconds: new Histogram({
      name: "http_request_duration_seconds",
      help: "Time to answer; its count is the number of requests",
      labelNames: ["method", "route", "status"],
      buckets: BUCKETS,
      registers,
    }),
    inFlight: new Gauge({ name: "http_requests_in_flight", help: "Requests being answered", registers }),
    dependencyUp: new Gauge({
      name: "dependency_up",
      help: "Whether a store answered when readiness was asked for last: 1 or 0",
      labelNames: ["dependency"],
      registers,
    }),
  };
}

function memoryLimit(): number {
  for (const file of MEMORY_LIMITS) {
    try {
      const text = readFileSync(file, "utf8").trim();
      return text === "max" ? Number.POSITIVE_INFINITY : Number(text);
    } catch {
      // The other version.
    }
  }
  return Number.POSITIVE_INFINITY;
}

/** Measures every request. */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onRequest", async (_request, reply) => {
    metrics.inFlight.inc();
    // Also where the client goes away before there is an answer.
    reply.raw.once("close", () => metrics.inFlight.dec());
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? "none", status: reply.statusCode };
    metrics.seconds.observe(labels, reply.elapsedTime / 1000);
  });
}

/** Keeps what a readiness check found. */
export function noteDependencies(metrics: Metrics, { checks }: Readiness): void {
  for (const [dependency, { status }] of Object.entries(checks)) {
    metrics.dependencyUp.set({ dependency }, status === "up" ? 1 : 0);
  }
}

/** Serves the metrics while the service listens, on a port that neither the gateway nor people reach. */
export function serveMetrics(app: FastifyInstance, { registry }: Metrics, port: number): void {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    void registry.metrics().then((text) => {
      response.writeHead(200, { "content-type": registry.contentType }).end(text);
    });
  });
  app.addHook("onListen", async () => {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "0.0.0.0", resolve);
    });
  });
  app.addHook("onClose", (_app, done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
