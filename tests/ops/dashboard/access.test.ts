import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ensureToken,
  hasSession,
  isOwnHost,
  isOwnOrigin,
  isToken,
  linkFor,
  sessionCookie,
} from "../../../ops/dashboard/access.ts";

const access = { token: "a-token-that-nobody-knows", port: 4780 };

describe("access", () => {
  it("keeps one token that its owner alone can read", () => {
    const file = join(mkdtempSync(join(tmpdir(), "dashboard-")), "below", "token");
    const token = ensureToken(file);
    expect(token).toHaveLength(43);
    expect(ensureToken(file)).toBe(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("puts the token where browsers keep it to themselves", () => {
    expect(linkFor(access)).toBe("http://127.0.0.1:4780/#token=a-token-that-nobody-knows");
  });

  it("knows a session by its cookie, which does not tell the token", () => {
    const cookie = sessionCookie(access);
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(access.token);
    const [pair = ""] = cookie.split(";");
    expect(hasSession(access, `other=1; ${pair}`)).toBe(true);
    expect(hasSession(access, `${pair}x`)).toBe(false);
    expect(hasSession(access)).toBe(false);
    expect(hasSession({ ...access, token: "another" }, pair)).toBe(false);
    expect(hasSession({ ...access, port: 4781 }, pair)).toBe(false);
  });

  it("takes the token and nothing like it", () => {
    expect(isToken(access, access.token)).toBe(true);
    for (const other of ["", "a-token", undefined, 7]) expect(isToken(access, other)).toBe(false);
  });

  it.each([
    ["127.0.0.1:4780", true],
    ["localhost:4780", true],
    ["[::1]:4780", true],
    ["127.0.0.1", false],
    ["127.0.0.1:80", false],
    ["rebound.example:4780", false],
    [undefined, false],
  ])("answers to the host %s: %s", (host, own) => {
    expect(isOwnHost(access, host)).toBe(own);
    expect(isOwnOrigin(access, host === undefined ? host : `http://${host}`)).toBe(own);
    expect(isOwnOrigin(access, `https://${host}`)).toBe(false);
  });
});
