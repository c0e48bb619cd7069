import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The identifier that a caller gave its request, or a new one where it gave none that fits a log line. */
export function requestIdOf(request: Pick<IncomingMessage, "headers">): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The path of a request; its query may hold what people search for and stays out of logs. */
export function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

/** Puts the common headers on every answer and writes one log line a request. */
export function addRequestHooks(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    addCommonHeaders(request, reply);
  });
  app.addHook("onResponse", async (request, reply) => {
    logAnswer(request, reply);
  });
}

/** Headers of every answer. */
export function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ "x-request-id": request.id, "x-served-by": "node", "cache-control": "no-store" });
}

/** One line a request. Health checks come every few seconds and would bury the rest. */
export function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  const path = pathOf(request.url);
  const line = {
    method: request.method,
    path,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
  };
  if (path.startsWith("/health/") && reply.statusCode < 500) request.log.debug(line, "request");
  else request.log.info(line, "request");
}
