import { randomUUID } from "node:crypto";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { addApiRoutes } from "./api-routes.ts";
import { addControlRoutes } from "./control-routes.ts";
import { type Reason, Refusal } from "./errors.ts";
import type { Faults } from "./faults.ts";
import { grantToken, requireToken } from "./oauth.ts";
import type { Simulation } from "./simulation.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What goes wrong with this request. */
    fault: ReturnType<Faults["take"]>;
  }
}

const TOO_MANY = 429;

/** The HTTP side of a simulation; not listening yet. */
export function buildServer(simulation: Simulation): FastifyInstance {
  const app = fastify({ forceCloseConnections: true });
  app.decorateRequest("fault", undefined);
  addParsers(app);
  addErrors(app, simulation);
  addHooks(app, simulation);
  app.post("/oauth/token", ({ headers, body }) =>
    grantToken(
      simulation.state,
      {
        authorization: headers.authorization,
        grantType: new URLSearchParams(String(body)).get("grant_type"),
      },
      simulation.clock.now(),
    ),
  );
  addApiRoutes(app, simulation.cloud, () => simulation.look());
  addControlRoutes(app, simulation);
  return app;
}

/** JSON bodies may be empty; forms stay text. */
function addParsers(app: FastifyInstance): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, text === "" ? undefined : JSON.parse(String(text)));
    } catch {
      done(new Refusal("invalid-request", { message: "the body is not JSON" }));
    }
  });
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, text, done) => done(null, text),
  );
}

function addErrors(app: FastifyInstance, simulation: Simulation): void {
  app.setErrorHandler((error, _request, reply) => {
    const refusal = error instanceof Refusal ? error : new Refusal("server-err", { message: String(error) });
    return reply.code(refusal.status).send(refusal.body);
  });
  app.setNotFoundHandler((request, reply) => {
    const [path = ""] = request.url.split("?");
    simulation.unknownRoutes.push(`${request.method} ${path}`);
    const refusal = new Refusal("route-not-found", {
      message: `There is no route ${request.method} ${path}`,
    });
    return reply.code(refusal.status).send(refusal.body);
  });
}

function addHooks(app: FastifyInstance, simulation: Simulation): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("x-request-id", randomUUID());
  });
  app.addHook("preHandler", async (request, reply) => {
    if (request.url.startsWith("/__sim/")) return;
    simulation.cloud.settle();
    request.fault = simulation.faults.take(request.method, request.url);
    record(simulation, request);
    if (refuse(simulation, request, reply)) return;
    if (request.url.startsWith("/v1/")) {
      requireToken(simulation.state, request.headers.authorization, simulation.clock.now());
    }
  });
  app.addHook("onSend", async (request, _reply, payload) => {
    simulation.save();
    const kind = request.fault?.kind;
    if (kind !== "reset-after" && kind !== "hang") return payload;
    if (kind === "reset-after") request.raw.socket.destroy();
    return new Promise<never>(() => undefined);
  });
}

function record(simulation: Simulation, { method, url, body }: FastifyRequest): void {
  const keys = typeof body === "object" && body !== null ? Object.keys(body) : [];
  simulation.requests.push({ method, path: url, keys });
}

const ANSWERS: { readonly [kind: string]: Reason } = {
  "rate-limited": "rate-limited",
  unavailable: "service-unavailable",
  "server-error": "server-err",
  "ongoing-operation": "ongoing-database-operation",
};

/** Answers, or breaks, a request that does not get through. */
function refuse(simulation: Simulation, request: FastifyRequest, reply: FastifyReply): boolean {
  const { fault } = request;
  if (fault?.kind === "reset-before") {
    reply.hijack();
    request.raw.socket.destroy();
    return true;
  }
  const answer = fault === undefined ? undefined : ANSWERS[fault.kind];
  const wait = simulation.rateLimit.check(simulation.clock.now());
  if (answer === undefined && wait === undefined) return false;
  const refusal = new Refusal(answer ?? "rate-limited");
  const retryAfter = fault?.retryAfter ?? (refusal.status === TOO_MANY ? (wait ?? 1) : undefined);
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  reply.code(refusal.status).send(refusal.body);
  return true;
}
