import { randomUUID } from "node:crypto";

import { jwtVerify, SignJWT } from "jose";

import type { AccessToken, Account } from "./schemas.ts";
import { ROLES } from "./schemas.ts";

const ISSUER = "trials";
const AUDIENCE = "trials-api";
const LIFETIME_SECONDS = 15 * 60;
const SKEW_SECONDS = 30;

type Role = Account["role"];

/** Who a valid token speaks for. */
export interface Principal {
  readonly userId: string;
  readonly role: Role;
}

/** Issues and checks access tokens. */
export interface Tokens {
  issue(account: Account): Promise<AccessToken>;
  /** The principal of a token that is ours, whole and not expired. */
  verify(token: string): Promise<Principal | undefined>;
}

/** Tokens signed with a key that all backends share. The key decides the algorithm, never the token. */
export function accessTokens(secret: { key: string; keyId: string }): Tokens {
  const key = new TextEncoder().encode(secret.key);
  return {
    async issue(account) {
      const accessToken = await new SignJWT({ role: account.role })
        .setProtectedHeader({ alg: "HS256", kid: secret.keyId, typ: "JWT" })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(account.userId)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS}s`)
        .sign(key);
      return { accessToken, tokenType: "Bearer", expiresIn: LIFETIME_SECONDS };
    },
    async verify(token) {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, key, {
          algorithms: ["HS256"],
          issuer: ISSUER,
          audience: AUDIENCE,
          clockTolerance: SKEW_SECONDS,
          requiredClaims: ["sub", "jti", "iat", "exp"],
        });
        const role = ROLES.find((known) => known === payload["role"]);
        if (protectedHeader.kid !== secret.keyId || role === undefined) return undefined;
        return { userId: String(payload.sub), role };
      } catch {
        return undefined;
      }
    },
  };
}
