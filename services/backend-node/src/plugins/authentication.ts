import type { FastifyInstance, FastifyRequest } from "fastify";

import { Problem } from "../domain/problem.ts";
import type { Principal, Tokens } from "../domain/tokens.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who is asking, on routes that need a token. */
    principal: Principal | null;
  }
}

/** Demands a valid bearer token on every route of this scope, before anything else is looked at. */
export function requireToken(scope: FastifyInstance, tokens: Tokens): void {
  scope.addHook("onRequest", async (request) => {
    request.principal = await principalOf(request, tokens);
  });
}

/** The principal of a request on a route that needs a token. */
export function principalOfRequest(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error("the route does not demand a token");
  return request.principal;
}

/** The answer to a request without a usable token. */
export function unauthorized(detail: string): Problem {
  return new Problem("unauthorized", detail, { headers: { "www-authenticate": "Bearer" } });
}

async function principalOf(request: FastifyRequest, tokens: Tokens): Promise<Principal> {
  const [, token] = /^bearer +([^ ]+)$/i.exec(request.headers.authorization ?? "") ?? [];
  const principal = token === undefined ? undefined : await tokens.verify(token);
  if (principal === undefined) throw unauthorized("A valid bearer token is needed.");
  return principal;
}
