import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type Access, hasSession, isOwnHost, isOwnOrigin, isToken, sessionCookie } from "./access.ts";
import type { Assets } from "./assets.ts";
import type { Board } from "./board.ts";
import { openEventStream } from "./event-stream.ts";
import type { LogLine, Parts } from "./parts.ts";

/** What the page can ask for beside the board. Nothing of it changes an environment. */
export interface Actions {
  readonly stacks: readonly string[];
  /** Starts a preview; its result is posted. */
  preview(stack: string): void;
  /** Starts a drift review; its result is posted. */
  reviewDrift(stack: string): void;
  /** Lines of a service as they come; `since` is the time of the last one that is known. */
  logs(query: LogQuery): AsyncIterable<LogLine>;
}

export interface LogQuery {
  readonly stack: string;
  readonly service: string;
  readonly since?: string;
  readonly signal: AbortSignal;
}

export interface Dashboard {
  readonly access: Access;
  readonly assets: Assets;
  readonly board: Board;
  readonly actions: Actions;
}

/** The dashboard's HTTP server. It listens where `listen` says. */
export function buildServer(dashboard: Dashboard): FastifyInstance {
  const server = Fastify({ logger: false, forceCloseConnections: true });
  server.addHook("onRequest", async (request, reply) => guard(dashboard, request, reply));
  serveAssets(server, dashboard.assets);
  serveSession(server, dashboard.access);
  serveBoard(server, dashboard);
  serveActions(server, dashboard.actions);
  return server;
}

/** Refuses other hosts' names, other sites' pages, and whoever has no session; sets the headers of every answer. */
async function guard(
  { access, assets }: Dashboard,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  reply.headers({
    "content-security-policy": assets.policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
  });
  if (!isOwnHost(access, request.headers.host)) {
    return reply.code(421).send({ error: "this server answers to the names of this machine only" });
  }
  if (request.method === "POST" && !isOwnOrigin(access, request.headers.origin)) {
    return reply.code(403).send({ error: "this comes from another page" });
  }
  const isOpen =
    !request.url.startsWith("/api/") || (request.url === "/api/session" && request.method === "POST");
  if (!isOpen && !hasSession(access, request.headers.cookie)) {
    return reply.code(401).send({ error: "open the link that ./infra dashboard prints" });
  }
  return undefined;
}

function serveAssets(server: FastifyInstance, assets: Assets): void {
  for (const [path, { type, body, etag }] of assets.files) {
    server.get(path, async (request, reply) => {
      reply.header("etag", etag);
      if (request.headers["if-none-match"] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}

function serveSession(server: FastifyInstance, access: Access): void {
  server.get("/api/session", async (_, reply) => reply.code(204).send());
  server.post("/api/session", async (request, reply) => {
    const { token } = (request.body ?? {}) as { token?: unknown };
    if (!isToken(access, token)) return reply.code(401).send({ error: "this is not the token" });
    return reply.header("set-cookie", sessionCookie(access)).code(204).send();
  });
}

function serveBoard(server: FastifyInstance, { assets, board, actions }: Dashboard): void {
  server.get("/api/events", (request, reply) => {
    const stream = openEventStream(request, reply);
    stream.send({ event: "hello", data: { version: assets.version, stacks: actions.stacks } });
    for (const { key, id, value } of board.since(stream.lastId)) stream.send({ id, data: { key, value } });
    stream.onClose(board.watch(({ key, id, value }) => stream.send({ id, data: { key, value } })));
  });
  server.get("/api/stacks/:stack/parts/:part", async (request, reply) => {
    const { stack, part } = request.params as { stack: string; part: keyof Parts };
    const value = board.find(stack, part);
    return value === undefined ? reply.code(404).send({ error: `there is no ${part} of ${stack}` }) : value;
  });
}

function serveActions(server: FastifyInstance, actions: Actions): void {
  server.addHook("preHandler", async (request, reply) => {
    const { stack } = (request.params ?? {}) as { stack?: string };
    if (stack === undefined || actions.stacks.includes(stack)) return undefined;
    return reply.code(404).send({ error: `there is no stack called ${stack} here` });
  });
  server.post("/api/stacks/:stack/preview", async (request, reply) => {
    actions.preview((request.params as { stack: string }).stack);
    return reply.code(202).send({});
  });
  server.post("/api/stacks/:stack/drift", async (request, reply) => {
    actions.reviewDrift((request.params as { stack: string }).stack);
    return reply.code(202).send({});
  });
  server.get("/api/stacks/:stack/services/:service/logs", async (request, reply) => {
    const { stack, service } = request.params as { stack: string; service: string };
    const stream = openEventStream(request, reply);
    const since = stream.lastId;
    const query = { stack, service, signal: stream.signal, ...(since !== undefined && { since }) };
    for await (const line of actions.logs(query)) stream.send({ id: line.at, data: line });
    stream.send({ event: "end", data: {} });
    stream.close();
  });
}
