import type { Clock } from "../clock.ts";
import { adviceOn } from "./advice.ts";
import { answerChallenge, type DigestChallenge, findChallenge } from "./digest-auth.ts";
import type { Credentials } from "./settings.ts";
import { exchange } from "./transport.ts";

export interface OutgoingCall {
  readonly method: string;
  readonly url: URL;
  readonly signal: AbortSignal;
}

/** Puts the caller's proof on requests. */
export interface Authorization {
  /** Undefined: there is nothing to say before the server asks. */
  headerFor(call: OutgoingCall): Promise<string | undefined>;
  /** Learns from a refusal; true where another try may succeed. */
  learn(challenge: string | null): boolean;
}

export interface AuthorizationOptions {
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Text that nobody can guess. */
  readonly drawNonce: () => string;
}

export function createAuthorization(credentials: Credentials, options: AuthorizationOptions): Authorization {
  switch (credentials.kind) {
    case "token":
      return { headerFor: async () => `Bearer ${credentials.token}`, learn: () => false };
    case "service-account":
      return serviceAccount(credentials, options);
    case "digest":
      return digest(credentials, options);
    case "none":
      return { headerFor: async () => undefined, learn: () => false };
  }
}

function digest(
  user: { readonly publicKey: string; readonly privateKey: string },
  { drawNonce }: AuthorizationOptions,
): Authorization {
  let current: { readonly challenge: DigestChallenge; count: number } | undefined;
  return {
    async headerFor({ method, url }) {
      if (current === undefined) return undefined;
      current.count += 1;
      const call = {
        method,
        uri: `${url.pathname}${url.search}`,
        count: current.count,
        clientNonce: drawNonce(),
      };
      return answerChallenge(current.challenge, user, call);
    },
    learn(header) {
      const challenge = findChallenge(header);
      // The same challenge again: the keys are wrong.
      if (challenge === undefined || challenge.nonce === current?.challenge.nonce) return false;
      current = { challenge, count: 0 };
      return true;
    },
  };
}

/** A token is renewed so long before it ends. */
const MARGIN_MS = 600_000;

function serviceAccount(
  account: { readonly clientId: string; readonly clientSecret: string },
  options: AuthorizationOptions,
): Authorization {
  let token: Promise<{ readonly header: string; readonly until: number }> | undefined;
  return {
    async headerFor({ signal }) {
      if (token !== undefined && (await token).until <= options.clock.now()) token = undefined;
      token ??= requestToken(account, options, signal);
      // A failed request must not stick.
      token.catch(() => {
        token = undefined;
      });
      return (await token).header;
    },
    // Sessions may be ended before their time: another token is asked for once.
    learn() {
      const had = token !== undefined;
      token = undefined;
      return had;
    },
  };
}

async function requestToken(
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  { baseUrl, clock }: AuthorizationOptions,
  signal: AbortSignal,
): Promise<{ readonly header: string; readonly until: number }> {
  const proof = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const { status, statusText, text } = await exchange({
    method: "POST",
    url: new URL(`${baseUrl}/api/oauth/token`),
    headers: { Authorization: `Basic ${proof}`, "Content-Type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
    signal,
  });
  const body = status === 200 ? (JSON.parse(text) as { access_token?: string; expires_in?: number }) : {};
  if (body.access_token === undefined) {
    const advice = adviceOn(status, "");
    throw new Error(
      `the service account was refused: HTTP ${status} ${statusText}${advice === "" ? "" : `. ${advice}`}`,
    );
  }
  const lifetime = (body.expires_in ?? 0) * 1000;
  return { header: `Bearer ${body.access_token}`, until: clock.now() + lifetime - MARGIN_MS };
}
