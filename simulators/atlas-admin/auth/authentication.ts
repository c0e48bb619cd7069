import { randomBytes } from "node:crypto";
import { AtlasFailure } from "../errors.ts";
import { textAt } from "../json.ts";
import type { Simulation } from "../simulation.ts";
import { keyOf } from "../state.ts";
import { DigestChallenges, readDigestFields } from "./digest.ts";
import { hashOf, type Identity, toIdentity } from "./identities.ts";
import { provesAccount } from "./service-accounts.ts";

export const TOKEN_SECONDS = 3600;

export interface Caller {
  readonly method: string;
  /** Path and query as sent. */
  readonly uri: string;
  readonly authorization: string | undefined;
}

/** Finds out who calls: bearer tokens of service accounts, tokens without an end, and digest. */
export class Authentication {
  private readonly simulation: Simulation;
  /** Real time, and what virtual time was told to move: polls do not wear tokens out. */
  private readonly now: () => number;
  private readonly challenges = new DigestChallenges();

  constructor(simulation: Simulation, now: () => number) {
    this.simulation = simulation;
    this.now = now;
  }

  /** @throws AtlasFailure 401 */
  identify({ method, uri, authorization = "" }: Caller): Identity {
    const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1];
    const identity =
      bearer === undefined ? this.byDigest({ method, uri, authorization }) : this.byToken(bearer);
    if (identity !== undefined) return identity;
    const nonce = readDigestFields(authorization).get("nonce");
    const isStale = nonce !== undefined && !this.challenges.isKnown(nonce);
    const headers = bearer === undefined ? { "WWW-Authenticate": this.challenges.challenge(isStale) } : {};
    throw new AtlasFailure("UNAUTHORIZED", [], { headers });
  }

  /** A token for a service account; undefined where it does not prove itself. */
  issueToken(authorization: string | undefined): string | undefined {
    const basic = /^Basic (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
    const [, clientId = "", secret = ""] =
      /^([^:]*):(.*)$/s.exec(Buffer.from(basic, "base64").toString()) ?? [];
    const account = this.simulation.table("identities").find(keyOf(clientId));
    if (account === undefined || !provesAccount(this.simulation, account, secret)) return undefined;
    const token = randomBytes(32).toString("base64url");
    const expires = this.now() + TOKEN_SECONDS * 1000;
    this.simulation.table("tokens").put(hashOf(token), { identity: clientId, expires });
    return token;
  }

  revoke(token: string): void {
    this.simulation.table("tokens").remove(hashOf(token));
  }

  /** Ends every token that a service account got, and every challenge. */
  expireAll(): void {
    const tokens = this.simulation.table("tokens");
    for (const row of tokens.all()) {
      if (row["expires"] !== null) row["expires"] = 0;
    }
    this.challenges.forget();
  }

  private byToken(token: string): Identity | undefined {
    const row = this.simulation.table("tokens").find(hashOf(token));
    if (row === undefined) return undefined;
    const expires = row["expires"];
    if (typeof expires === "number" && expires <= this.now()) return undefined;
    return this.find(textAt(row, "identity"));
  }

  private byDigest({ method, uri, authorization }: Caller & { authorization: string }): Identity | undefined {
    if (!/^Digest\s/i.test(authorization)) return undefined;
    const key = keyOf(readDigestFields(authorization).get("username") ?? "");
    const secret = textAt(this.simulation.table("identities").find(key) ?? {}, "digestSecret");
    if (secret === "") return undefined;
    const isProof = this.challenges.isProof(secret, { method, uri, header: authorization });
    return isProof ? this.find(decodeURIComponent(key)) : undefined;
  }

  private find(id: string): Identity | undefined {
    const row = this.simulation.table("identities").find(keyOf(id));
    return row === undefined ? undefined : toIdentity(row);
  }
}
