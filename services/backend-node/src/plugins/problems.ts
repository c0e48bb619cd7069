import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { MongoNetworkError, MongoServerSelectionError, MongoTopologyClosedError } from "mongodb";

import { nothingHere, Problem, problemBody } from "../domain/problem.ts";
import { addCommonHeaders, logAnswer, pathOf } from "./requests.ts";

const ENCODED_SLASH = /%2f/i;

/** Turns everything that is thrown, and every unknown route, into problem+json. */
export function addProblemHandlers(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    if (ENCODED_SLASH.test(pathOf(request.url))) throw badPath();
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error as Error);
    if (problem.status >= 500) request.log.error({ err: error }, "request failed");
    return sendProblem(problem, request, reply);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(nothingHere(), request, reply));
}

/** Answers a request whose address cannot be decoded; it never reaches a route. */
export function answerBadAddress(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  addCommonHeaders(request, reply);
  void sendProblem(badPath(), request, reply);
  logAnswer(request, reply);
}

function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type("application/problem+json")
    .send(JSON.stringify(problemBody(problem, { path: pathOf(request.url), id: request.id })));
}

function problemOf(error: Error & { statusCode?: number }): Problem {
  if (error instanceof Problem) return error;
  if (isStoreDown(error)) {
    const detail = "The document store does not answer; try again later.";
    return new Problem("dependency-down", detail, { cause: error });
  }
  if (error.statusCode === 415) {
    return new Problem("unsupported-media-type", "The body must be application/json.");
  }
  if (error.statusCode === 413) return new Problem("payload-too-large", "The body is too large.");
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new Problem("bad-request", "The request cannot be read.", { cause: error });
  }
  return new Problem("internal", "Something went wrong here; the log has it.", { cause: error });
}

function isStoreDown(error: Error): boolean {
  return (
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNetworkError ||
    error instanceof MongoTopologyClosedError
  );
}

function badPath(): Problem {
  return new Problem("bad-request", "The address of the request cannot be read.");
}
