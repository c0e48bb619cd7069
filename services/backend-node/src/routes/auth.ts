import type { FastifyInstance, FastifyRequest } from "fastify";

import type { AccountRepository } from "../domain/accounts.ts";
import { readCredentials } from "../domain/credentials.ts";
import type { LoginLimit } from "../domain/login-limit.ts";
import { Problem } from "../domain/problem.ts";
import { AccessToken, Account, Credentials } from "../domain/schemas.ts";
import type { Tokens } from "../domain/tokens.ts";
import { principalOfRequest, requireToken, unauthorized } from "../plugins/authentication.ts";
import type { Operation } from "../plugins/openapi.ts";

const login: Operation = {
  id: "login",
  summary: "Exchanges an address and a password for an access token",
  tag: "auth",
  open: true,
  body: Credentials,
  responses: { 200: AccessToken },
  problems: [401, 413, 415, 422, 429, 503],
};

const me: Operation = {
  id: "getMe",
  summary: "The account that the token speaks for",
  tag: "auth",
  responses: { 200: Account },
  problems: [503],
};

/** What the authentication routes work with. */
export interface AuthDependencies {
  readonly accounts: AccountRepository;
  readonly limit: LoginLimit;
  readonly tokens: Tokens;
}

/** Logging in, and asking who one is. */
export function addAuthRoutes(app: FastifyInstance, { accounts, limit, tokens }: AuthDependencies): void {
  app.post("/v1/auth/login", { config: { operation: login } }, async (request) => {
    demandJson(request);
    const { email, password } = readCredentials(request.body as Buffer);
    await limit.count(email, request.ip);
    const account = await accounts.authenticate(email, password);
    if (account === undefined) throw unauthorized("The email address or the password is not right.");
    await limit.forgive(email, request.ip);
    return tokens.issue(account);
  });

  app.register((scope, _options, done) => {
    requireToken(scope, tokens);
    scope.get("/v1/auth/me", { config: { operation: me } }, async (request) => {
      const account = await accounts.find(principalOfRequest(request).userId);
      if (account === undefined) throw unauthorized("The account of this token does not exist any more.");
      return account;
    });
    done();
  });
}

function demandJson(request: FastifyRequest): void {
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() === "application/json") return;
  throw new Problem("unsupported-media-type", "The body must be application/json.");
}
