import type { FastifyInstance, FastifyReply } from "fastify";
import { type Authentication, TOKEN_SECONDS } from "./auth/authentication.ts";
import type { Simulation } from "./simulation.ts";
import type { Turns } from "./turns.ts";

export interface OauthOptions {
  readonly simulation: Simulation;
  readonly authentication: Authentication;
  readonly turns: Turns;
  readonly save: () => void;
}

/** Tokens for service accounts: OAuth 2.0 client credentials, and revocation. */
export function registerOauth(app: FastifyInstance, options: OauthOptions): void {
  const { authentication, simulation, turns, save } = options;
  app.post("/api/oauth/token", (request, reply) =>
    turns.take(async () => {
      const fault = simulation.faults.meet({
        method: "POST",
        route: "/api/oauth/token",
        path: "/api/oauth/token",
      });
      if (fault?.kind === "answer") return refuse(reply, fault.status ?? 503, "temporarily_unavailable");
      const form = new URLSearchParams(String(request.body ?? ""));
      if (form.get("grant_type") !== "client_credentials")
        return refuse(reply, 400, "unsupported_grant_type");
      const token = authentication.issueToken(request.headers.authorization);
      if (token === undefined) return refuse(reply, 401, "invalid_client");
      save();
      return reply.send({ access_token: token, expires_in: TOKEN_SECONDS, token_type: "Bearer" });
    }),
  );
  app.post("/api/oauth/revoke", (request, reply) =>
    turns.take(async () => {
      const form = new URLSearchParams(String(request.body ?? ""));
      authentication.revoke(form.get("token") ?? "");
      save();
      return reply.code(200).send({});
    }),
  );
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error, error_description: `the token request was refused: ${error}` });
}
