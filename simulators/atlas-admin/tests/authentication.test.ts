import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readDigestFields } from "../auth/digest.ts";
import type { AtlasAdmin } from "../start-atlas-admin.ts";
import { callerOf, replyOf, start } from "./atlas-caller.ts";

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** A caller that answers challenges; it keeps the challenge as long as it can. */
function digestCaller({ url }: AtlasAdmin, user: { publicKey: string; privateKey: string }) {
  let challenge: ReadonlyMap<string, string> | undefined;
  let count = 0;
  const header = (method: string, uri: string): string => {
    if (challenge === undefined) return "";
    count += 1;
    const nonce = challenge.get("nonce") ?? "";
    const nc = String(count).padStart(8, "0");
    const who = md5(`${user.publicKey}:${challenge.get("realm")}:${user.privateKey}`);
    const response = md5(`${who}:${nonce}:${nc}:c:auth:${md5(`${method}:${uri}`)}`);
    return `Digest username="${user.publicKey}", realm="${challenge.get("realm")}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, qop="auth", nc=${nc}, cnonce="c"`;
  };
  const send = async (path: string) => {
    const uri = `/api/atlas/v2${path}`;
    const accept = "application/vnd.atlas.2023-01-01+json";
    const headers =
      challenge === undefined ? { Accept: accept } : { Accept: accept, Authorization: header("GET", uri) };
    const reply = await replyOf(await fetch(url + uri, { headers }));
    const asked = reply.headers.get("www-authenticate");
    if (asked !== null) {
      challenge = readDigestFields(asked);
      count = 0;
    }
    return reply;
  };
  return { send, header };
}

async function tokenOf(url: string, id: string, secret: string, body = "grant_type=client_credentials") {
  const headers = {
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
    "Content-Type": "application/x-www-form-urlencoded",
  };
  return replyOf(await fetch(`${url}/api/oauth/token`, { method: "POST", headers, body }));
}

describe("a service account", () => {
  it("gets a token that is good for an hour", async () => {
    const { atlas, groupId } = await start();
    const { status, body } = await tokenOf(atlas.url, atlas.clientId, atlas.clientSecret);
    expect([status, body["expires_in"], body["token_type"]]).toEqual([200, 3600, "Bearer"]);
    const look = callerOf(atlas.url, `Bearer ${body["access_token"]}`);
    expect((await look("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
    await atlas.clock.advance(3_599_000);
    expect((await look("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
    await atlas.clock.advance(2000);
    expect(await look("GET", `/groups/${groupId}`, "2023-01-01")).toMatchObject({
      status: 401,
      body: { errorCode: "UNAUTHORIZED" },
    });
  });

  it("keeps its token however often somebody looks, and loses it when it is revoked or all are", async () => {
    const { atlas, groupId } = await start({ pollStep: 3_000_000 });
    for (const end of ["revoke", "expire"] as const) {
      const { body } = await tokenOf(atlas.url, atlas.clientId, atlas.clientSecret);
      const look = callerOf(atlas.url, `Bearer ${body["access_token"]}`);
      for (const _ of [1, 2, 3])
        expect((await look("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
      const form = new URLSearchParams({ token: String(body["access_token"]) });
      if (end === "expire") atlas.expireTokens();
      else await fetch(`${atlas.url}/api/oauth/revoke`, { method: "POST", body: form });
      expect((await look("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(401);
    }
    const owner = callerOf(atlas.url, `Bearer ${atlas.accessToken}`);
    expect((await owner("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
  });

  it("is refused with a wrong secret, an unknown id or another grant", async () => {
    const { atlas } = await start();
    expect(await tokenOf(atlas.url, atlas.clientId, "wrong")).toMatchObject({
      status: 401,
      body: { error: "invalid_client" },
    });
    expect((await tokenOf(atlas.url, "nobody", atlas.clientSecret)).status).toBe(401);
    expect((await tokenOf(atlas.url, atlas.clientId, atlas.clientSecret, "grant_type=password")).status).toBe(
      400,
    );
    expect(
      (await fetch(`${atlas.url}/api/oauth/token`, { method: "POST", body: "grant_type=client_credentials" }))
        .status,
    ).toBe(401);
    atlas.faults.add({ kind: "answer", path: "/api/oauth/token", status: 503, times: 1 });
    expect((await tokenOf(atlas.url, atlas.clientId, atlas.clientSecret)).status).toBe(503);
  });
});

describe("a pair of keys", () => {
  it("answers a challenge, again and again, and a new one when the old is forgotten", async () => {
    const { atlas, groupId } = await start();
    const { send } = digestCaller(atlas, atlas);
    const challenged = await send(`/groups/${groupId}`);
    expect(challenged.status).toBe(401);
    expect(challenged.headers.get("www-authenticate")).toMatch(
      /^Digest realm="MMS Public API", domain="", nonce="[^"]+", algorithm=MD5, qop="auth", stale=false$/,
    );
    for (const _ of [1, 2]) expect((await send(`/groups/${groupId}?pretty=true`)).status).toBe(200);
    atlas.expireTokens();
    const stale = await send(`/groups/${groupId}`);
    expect([stale.status, stale.headers.get("www-authenticate")?.endsWith("stale=true")]).toEqual([
      401,
      true,
    ]);
    expect((await send(`/groups/${groupId}`)).status).toBe(200);
  });

  it("is refused with a wrong key, and for an answer that was used before", async () => {
    const { atlas, groupId } = await start();
    const wrong = digestCaller(atlas, { ...atlas, privateKey: "wrong" });
    for (const _ of [1, 2]) expect((await wrong.send(`/groups/${groupId}`)).status).toBe(401);
    const right = digestCaller(atlas, atlas);
    await right.send(`/groups/${groupId}`);
    const header = right.header("GET", `/api/atlas/v2/groups/${groupId}`);
    const once = callerOf(atlas.url, header);
    expect((await once("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
    expect((await once("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(401);
    const unknown = callerOf(atlas.url, header.replace(atlas.publicKey, "nobody"));
    expect((await unknown("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(401);
  });
});

describe("nobody", () => {
  it.each(["", "Bearer nonsense", "Basic eDp5"])("is let in with %j", async (authorization) => {
    const { atlas } = await start();
    const call = callerOf(atlas.url, authorization);
    expect((await call("GET", "/groups", "2023-01-01")).status).toBe(401);
    expect((await call("GET", "/nowhere", "2023-01-01")).status).toBe(401);
  });
});
