import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { replaceFile } from "../replace-file.ts";

/** Who may see the page: whoever has the token, from this machine, under a name of this machine. */
export interface Access {
  readonly token: string;
  readonly port: number;
}

/** The token is kept, so that a page that is open goes on after the dashboard was started again. */
export function ensureToken(file: string): string {
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const token = randomBytes(32).toString("base64url");
  replaceFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}

/** What a person opens. Browsers keep the fragment to themselves: it is in no log and in no request. */
export function linkFor({ token, port }: Access): string {
  return `http://127.0.0.1:${port}/#token=${token}`;
}

/** Cookies are shared by the ports of a host. */
function cookieName({ port }: Access): string {
  return `trials-dashboard-${port}`;
}

/** Proves that the token was known; the token cannot be read from it. */
function sessionOf({ token }: Access): string {
  return createHmac("sha256", token).update("dashboard session").digest("base64url");
}

/** The `Set-Cookie` of a session. */
export function sessionCookie(access: Access): string {
  return `${cookieName(access)}=${sessionOf(access)}; Path=/; HttpOnly; SameSite=Strict`;
}

/** True where a `Cookie` header has the session. */
export function hasSession(access: Access, header = ""): boolean {
  const prefix = `${cookieName(access)}=`;
  const cookies = header.split(";").map((cookie) => cookie.trim());
  const value = cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
  return value !== undefined && isSame(value, sessionOf(access));
}

export function isToken(access: Access, given: unknown): boolean {
  return typeof given === "string" && isSame(given, access.token);
}

/** False for a name that somebody else's DNS points to this machine. */
export function isOwnHost({ port }: Access, host = ""): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].some((name) => host === `${name}:${port}`);
}

/** True where a request that acts comes from the page itself. */
export function isOwnOrigin(access: Access, origin = ""): boolean {
  return origin.startsWith("http://") && isOwnHost(access, origin.slice("http://".length));
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
