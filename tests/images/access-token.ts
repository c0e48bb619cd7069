import { createHmac, randomUUID } from "node:crypto";

export const TOKEN_KEY = "test-token-key-0123456789-abcdefgh";
export const TOKEN_KEY_ID = "test";

/** An access token as the backends issue it: HS256, a quarter of an hour. */
export function accessToken(key = TOKEN_KEY): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: "HS256", typ: "JWT", kid: TOKEN_KEY_ID };
  const subject = { sub: "u1", role: "viewer", iss: "trials", aud: "trials-api" };
  const claims = { ...subject, jti: randomUUID(), iat: now, exp: now + 900 };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}
