import { createHash } from "node:crypto";

/** What a server asks for: `WWW-Authenticate: Digest …`. */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
}

/** Reads a challenge; undefined where it is none that we can answer. */
export function findChallenge(header: string | null): DigestChallenge | undefined {
  if (header === null || !/^digest\s/i.test(header)) return undefined;
  const fields = new Map(
    [...header.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name = "", quoted, bare = ""]) => [
      name.toLowerCase(),
      quoted ?? bare,
    ]),
  );
  const [realm, nonce] = [fields.get("realm"), fields.get("nonce")];
  if (realm === undefined || nonce === undefined) return undefined;
  return { realm, nonce, opaque: fields.get("opaque") };
}

export interface DigestCall {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  /** How often the challenge was answered, this time included. */
  readonly count: number;
  readonly clientNonce: string;
}

/** The `Authorization` header that answers a challenge (MD5, qop=auth). */
export function answerChallenge(
  challenge: DigestChallenge,
  user: { readonly publicKey: string; readonly privateKey: string },
  call: DigestCall,
): string {
  const { realm, nonce, opaque } = challenge;
  const count = call.count.toString(16).padStart(8, "0");
  const who = md5(`${user.publicKey}:${realm}:${user.privateKey}`);
  const what = md5(`${call.method}:${call.uri}`);
  const response = md5(`${who}:${nonce}:${count}:${call.clientNonce}:auth:${what}`);
  const fields = [
    `username="${user.publicKey}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${call.uri}"`,
    `response="${response}"`,
    "algorithm=MD5",
    "qop=auth",
    `nc=${count}`,
    `cnonce="${call.clientNonce}"`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ];
  return `Digest ${fields.join(", ")}`;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
