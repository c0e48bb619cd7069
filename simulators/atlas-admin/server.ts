import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Authentication } from "./auth/authentication.ts";
import type { CallLog } from "./call-log.ts";
import { registerControl } from "./control.ts";
import { Gate, type Incoming, type Outgoing, oneOf, pathOf } from "./gate.ts";
import { registerOauth } from "./oauth.ts";
import { parseJson } from "./persistence.ts";
import type { RateLimiter } from "./rate-limits.ts";
import { allRoutes } from "./routes/all-routes.ts";
import type { Simulation } from "./simulation.ts";
import type { Turns } from "./turns.ts";

const PREFIX = "/api/atlas/v2";

export interface ServerOptions {
  readonly simulation: Simulation;
  readonly authentication: Authentication;
  readonly limiter: RateLimiter;
  readonly turns: Turns;
  readonly log: CallLog;
  /** Virtual time, in milliseconds, that passes after each look at something. */
  readonly pollStep: number;
  /** Explicit moves of virtual time go through here: sessions age with it. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Called after whatever may have changed the state. */
  readonly save: () => void;
}

/** The HTTP server: one call after another, so that each finds the state whole. */
export function buildServer(options: ServerOptions): FastifyInstance {
  const app = Fastify({ exposeHeadRoutes: false, forceCloseConnections: true });
  const { simulation, turns, save, pollStep } = options;
  const gate = new Gate(options);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  const take = (
    request: FastifyRequest,
    reply: FastifyReply,
    serve: (incoming: Incoming) => Promise<Outgoing>,
  ) =>
    turns.take(async () => {
      const incoming = incomingOf(request);
      const outgoing = await serve(incoming);
      options.log.add(seen(incoming, outgoing));
      if (request.method === "GET" && outgoing.status !== 501) await simulation.clock.advance(pollStep);
      save();
      return send(reply, outgoing);
    });
  for (const route of allRoutes) {
    app.route({
      method: route.method,
      url: PREFIX + toPattern(route.path),
      handler: (request, reply) => take(request, reply, (incoming) => gate.answer(route, incoming)),
    });
  }
  registerOauth(app, options);
  registerControl(app, options);
  app.setNotFoundHandler((request, reply) =>
    take(request, reply, async (incoming) => gate.refuseUnknown(incoming)),
  );
  return app;
}

/** `/a/{b}:verb` as the router writes it: a parameter before a verb ends at its colon. */
function toPattern(path: string): string {
  return path
    .replaceAll(":", "::")
    .replace(/\{(\w+)\}(?=::)/g, ":$1(^[^/:]+)")
    .replace(/\{(\w+)\}/g, ":$1");
}

function incomingOf(request: FastifyRequest): Incoming {
  return {
    method: request.method,
    uri: request.raw.url ?? "/",
    params: request.params as Incoming["params"],
    headers: request.headers,
    text: typeof request.body === "string" ? request.body : "",
    origin: `http://${request.headers.host ?? "127.0.0.1"}`,
  };
}

function send(reply: FastifyReply, { status, body, headers = {}, isReset = false }: Outgoing): FastifyReply {
  if (isReset) {
    reply.hijack();
    reply.raw.socket?.resetAndDestroy();
    return reply;
  }
  reply.code(status).headers({ "Content-Type": "application/json", ...headers });
  return reply.send(body === undefined || status === 204 ? "" : JSON.stringify(body));
}

function seen({ method, uri, headers, text }: Incoming, { status }: Outgoing) {
  const version = /^application\/vnd\.atlas\.(.+?)\+json/.exec(oneOf(headers["accept"]) ?? "")?.[1] ?? "";
  const query = new URL(uri, "http://localhost").searchParams;
  const body = text === "" ? undefined : (parseJson(text) ?? text);
  return { method, path: pathOf(uri), query, version, body, headers, status };
}
