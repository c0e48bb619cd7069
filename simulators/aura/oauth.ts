import { randomBytes, timingSafeEqual } from "node:crypto";
import { Refusal } from "./errors.ts";
import { TOKEN_SECONDS } from "./rules.ts";
import type { AuraState } from "./state.ts";

const SECOND_MS = 1000;

/** Gives a token for `Authorization: Basic` and `grant_type=client_credentials`. */
export function grantToken(
  state: AuraState,
  request: { authorization: string | undefined; grantType: unknown },
  now: number,
): object {
  if (request.grantType !== "client_credentials") {
    throw new Refusal("invalid-request", { message: "grant_type is not client_credentials" });
  }
  const [id = "", secret = ""] = basicOf(request.authorization);
  const expected = state.clients[id];
  if (expected === undefined || !isEqual(expected, secret)) throw new Refusal("invalid-client");
  const token = randomBytes(24).toString("base64url");
  state.tokens[token] = now + TOKEN_SECONDS * SECOND_MS;
  return { access_token: token, expires_in: TOKEN_SECONDS, token_type: "bearer" };
}

/** @throws Refusal without a token that is valid now */
export function requireToken(state: AuraState, authorization: string | undefined, now: number): void {
  const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const expiry = state.tokens[token];
  if (expiry === undefined) throw new Refusal("invalid-token");
  if (expiry <= now) throw new Refusal("expired-token");
}

function basicOf(authorization: string | undefined): string[] {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const at = text.indexOf(":");
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + 1)];
}

function isEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
