import { once } from "node:events";
import { get } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sessionCookie } from "../../../ops/dashboard/access.ts";
import { readAssets } from "../../../ops/dashboard/assets.ts";
import { Board } from "../../../ops/dashboard/board.ts";
import { buildServer, type LogQuery } from "../../../ops/dashboard/server.ts";

const assets = readAssets();
const access = { token: "a-token-that-nobody-knows", port: 4780 };
const host = "127.0.0.1:4780";
const cookie = sessionCookie(access).split(";")[0] ?? "";

let board: Board;
let previews: string[];
let queries: LogQuery[];
let server: ReturnType<typeof buildServer>;

beforeEach(() => {
  board = new Board();
  previews = [];
  queries = [];
  server = buildServer({
    access,
    assets,
    board,
    actions: {
      stacks: ["dev"],
      preview: (stack) => previews.push(stack),
      reviewDrift: (stack) => previews.push(`drift of ${stack}`),
      logs: async function* (query) {
        queries.push(query);
        yield { at: "2026-01-01T00:00:00.1Z", text: "one" };
        yield { at: "2026-01-01T00:00:00.2Z", text: "two" };
      },
    },
  });
});
afterEach(() => server.close());

const ask = (url: string, headers: { [name: string]: string } = {}) =>
  server.inject({ url, headers: { host, cookie, ...headers } });
const send = (url: string, body: object, headers: { [name: string]: string } = {}) =>
  server.inject({
    method: "POST",
    url,
    payload: body,
    headers: { host, origin: `http://${host}`, ...headers },
  });

describe("the page", () => {
  it("is served with all that it needs, by this server alone", async () => {
    const page = await server.inject({ url: "/", headers: { host } });
    expect(page.statusCode).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.body).not.toMatch(/https?:/);
    const modules = [...page.body.matchAll(/"(\/[^"]+)"/g)].map(([, path]) => path ?? "");
    expect(modules).toContain("/modules/preact.js");
    for (const path of modules) expect((await ask(path)).statusCode).toBe(200);
  });

  it("runs no script but its own and its map of modules", async () => {
    const policy = (await ask("/")).headers["content-security-policy"];
    expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'sha256-[\w+/=]{44}'; style-src 'self';/);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it("is not sent twice", async () => {
    const { etag } = (await ask("/app.js")).headers;
    const again = await ask("/app.js", { "if-none-match": String(etag) });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
    expect((await ask("/app.js", { "if-none-match": '"old"' })).statusCode).toBe(200);
  });

  it("gives out no other file", async () => {
    for (const path of ["/nothing", "/../server.ts", "/%2e%2e/server.ts", "/tsconfig.json"]) {
      expect((await ask(path)).statusCode).toBe(404);
    }
  });
});

describe("the guard", () => {
  it("lets nobody in who has no session", async () => {
    for (const url of ["/api/session", "/api/events", "/api/stacks/dev/parts/plan"]) {
      expect((await ask(url, { cookie: "" })).statusCode).toBe(401);
    }
  });

  it("gives a session for the token", async () => {
    expect((await send("/api/session", { token: "guess" })).statusCode).toBe(401);
    const answer = await send("/api/session", { token: access.token });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers["set-cookie"]).toBe(sessionCookie(access));
    expect((await ask("/api/session")).statusCode).toBe(204);
  });

  it("answers to no other name, whatever is asked for", async () => {
    for (const url of ["/", "/api/session"]) {
      expect((await ask(url, { host: "rebound.example:4780" })).statusCode).toBe(421);
    }
  });

  it("takes no action from another page", async () => {
    const other = { origin: "http://evil.example", cookie };
    expect((await send("/api/stacks/dev/preview", {}, other)).statusCode).toBe(403);
    expect((await send("/api/session", { token: access.token }, other)).statusCode).toBe(403);
    expect(previews).toEqual([]);
  });
});

describe("the API", () => {
  it("starts a preview and a drift review of a stack that it shows", async () => {
    expect((await send("/api/stacks/dev/preview", {}, { cookie })).statusCode).toBe(202);
    expect((await send("/api/stacks/cloud/preview", {}, { cookie })).statusCode).toBe(404);
    expect((await send("/api/stacks/dev/drift", {}, { cookie })).statusCode).toBe(202);
    expect(previews).toEqual(["dev", "drift of dev"]);
  });

  it("gives one part", async () => {
    expect((await ask("/api/stacks/dev/parts/plan")).statusCode).toBe(404);
    board.post("dev", "plan", { state: "none" });
    expect((await ask("/api/stacks/dev/parts/plan")).json()).toEqual({ state: "none" });
  });

  it("streams a service's log from where the reader was", async () => {
    const url = "/api/stacks/dev/services/gateway/logs";
    const { body, headers } = await ask(url, { "last-event-id": "2026-01-01T00:00:00Z" });
    expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(body).toContain(
      'id: 2026-01-01T00:00:00.2Z\ndata: {"at":"2026-01-01T00:00:00.2Z","text":"two"}\n\n',
    );
    expect(body).toMatch(/event: end\n/);
    expect(queries).toMatchObject([{ stack: "dev", service: "gateway", since: "2026-01-01T00:00:00Z" }]);
    expect((await ask(url)).statusCode).toBe(200);
    expect(queries[1]).not.toHaveProperty("since");
  });

  it("streams the board as it changes, and what was missed after a break", async () => {
    await server.listen({ port: 0, host: "127.0.0.1" });
    board.post("dev", "plan", { state: "none" });
    const stream = await openStream();
    await stream.until('"state":"none"');
    expect(stream.text()).toMatch(
      /^retry: 500\n\nevent: hello\ndata: \{"version":"[0-9a-f]{16}","stacks":\["dev"\]\}/,
    );
    board.post("dev", "health", { workloads: {} });
    await stream.until("dev/health");
    stream.close();
    const id = /id: (\S+)\ndata: \{"key":"dev\/health"/.exec(stream.text())?.[1] ?? "";
    board.post("dev", "plan", { state: "running", since: "now" });
    const again = await openStream(id);
    await again.until("running");
    expect(again.text()).not.toContain("dev/health");
    again.close();
  });
});

async function openStream(lastId?: string) {
  const { port } = server.server.address() as AddressInfo;
  const headers = { host, cookie, ...(lastId !== undefined && { "last-event-id": lastId }) };
  const request = get({ port, path: "/api/events", headers });
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  let text = "";
  response.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  response.on("error", () => undefined);
  return {
    text: () => text,
    until: async (wanted: string) => {
      while (!text.includes(wanted)) await once(response, "data");
    },
    close: () => request.destroy(),
  };
}
