import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** As MongoDB's API documentation shows it. */
const REALM = "MMS Public API";

export interface DigestCall {
  readonly method: string;
  /** Path and query as sent. */
  readonly uri: string;
  readonly header: string;
}

/** What is kept of a pair of keys. */
export function digestSecret(publicKey: string, privateKey: string): string {
  return md5(`${publicKey}:${REALM}:${privateKey}`);
}

export function readDigestFields(header: string): ReadonlyMap<string, string> {
  const pairs = header.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g);
  return new Map([...pairs].map(([, name = "", quoted, bare = ""]) => [name.toLowerCase(), quoted ?? bare]));
}

/** Challenges that were given out, and what came back. */
export class DigestChallenges {
  private readonly nonces = new Map<string, Set<string>>();

  /** The `WWW-Authenticate` header of a refusal. */
  challenge(stale: boolean): string {
    const nonce = randomBytes(12).toString("base64url");
    this.nonces.set(nonce, new Set());
    return `Digest realm="${REALM}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", stale=${stale}`;
  }

  /** Makes every challenge stale. */
  forget(): void {
    this.nonces.clear();
  }

  isKnown(nonce: string): boolean {
    return this.nonces.has(nonce);
  }

  /** Whether an answer is right: by these keys, for this call, for the first time. */
  isProof(secret: string, { method, uri, header }: DigestCall): boolean {
    const fields = readDigestFields(header);
    const at = (name: string): string => fields.get(name) ?? "";
    const counts = this.nonces.get(at("nonce"));
    if (counts === undefined || at("uri") !== uri || counts.has(at("nc"))) return false;
    const what = md5(`${method}:${uri}`);
    const expected = md5(`${secret}:${at("nonce")}:${at("nc")}:${at("cnonce")}:${at("qop")}:${what}`);
    if (!isEqual(expected, at("response"))) return false;
    counts.add(at("nc"));
    return true;
  }
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
