import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildImage, createNetwork, type RunningContainer, removeAll, runContainer } from "./docker.ts";

/** A backend of a few lines: HAProxy answers by itself. It hangs up on /v1/hang-up without an answer. */
const UPSTREAM = `
global
  lua-load /tmp/slow.lua
defaults
  mode http
  timeout client 10s
  timeout server 10s
  timeout connect 1s
frontend upstream
  bind :8080
  log stdout format raw local0
  log-format "%HM %HU %[capture.req.hdr(0)]"
  http-request capture req.hdr(X-Request-Id) len 64
  http-request reject if { path /v1/hang-up } { env(NAME) python }
  http-request use-service lua.slow if { path /v1/slow }
  http-request return status 200 content-type application/json lf-string '{"name":"%[env(NAME)]","requestId":"%[req.hdr(X-Request-Id)]","client":"%[req.hdr(X-Forwarded-For)]","path":"%[path]"}'
`;

/** Answers after three seconds. */
const SLOW = `
core.register_service("slow", "http", function(applet)
  core.msleep(3000)
  applet:set_status(200)
  applet:start_response()
end)
`;

interface Answer {
  readonly name: string;
  readonly requestId: string;
  readonly client: string;
  readonly path: string;
}

let image: string;
let network: string;
const upstreams: { [name: string]: RunningContainer } = {};
const containers: RunningContainer[] = [];

async function startUpstream(name: string): Promise<RunningContainer> {
  const script = `printf '%s' "$SLOW" >/tmp/slow.lua && printf '%s' "$CONFIGURATION" >/tmp/haproxy.cfg && exec haproxy -db -f /tmp/haproxy.cfg`;
  const environment = { CONFIGURATION: UPSTREAM, SLOW, NAME: name };
  const upstream = await runContainer({
    image,
    network,
    alias: name,
    environment,
    command: ["sh", "-c", script],
  });
  containers.push(upstream);
  return upstream;
}

async function startGateway(settings: { [name: string]: string } = {}) {
  const environment = { NODE_BACKEND: "node:8080", PYTHON_BACKEND: "python:8080", ...settings };
  const gateway = await runContainer({
    image,
    network,
    alias: "gateway",
    environment,
    publish: 8080,
    memory: 128,
  });
  containers.push(gateway);
  await gateway.healthy();
  const url = await urlOf(gateway);
  await vi.waitFor(async () => expect((await fetch(`${url}/health/ready`)).status).toBe(200), 20_000);
  return { gateway, url };
}

async function urlOf(gateway: RunningContainer): Promise<string> {
  return `http://127.0.0.1:${await gateway.port()}`;
}

/** Who answers a number of requests. */
async function count(url: string, requests: number, init?: RequestInit): Promise<{ [name: string]: number }> {
  const counts: { [name: string]: number } = {};
  for (let request = 0; request < requests; request += 1) {
    const response = await fetch(`${url}/v1/companies`, init);
    const name = response.headers.get("x-served-by") ?? String(response.status);
    await response.arrayBuffer();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

beforeAll(async () => {
  image = await buildImage("gateway");
  network = await createNetwork();
  for (const name of ["node", "python"]) upstreams[name] = await startUpstream(name);
});
afterAll(() => removeAll({ containers, network }));

describe("the gateway", () => {
  it("splits requests exactly by weight, and changes the weight while it runs", async () => {
    const { gateway, url } = await startGateway({ PYTHON_WEIGHT: "10" });
    expect(await count(url, 100)).toEqual({ node: 90, python: 10 });
    for (const [weight, expected] of [
      ["0", { node: 40 }],
      ["100", { python: 40 }],
      ["25", { node: 30, python: 10 }],
    ] as const) {
      expect(await gateway.execute("set-traffic", weight)).toEqual({ code: 0, output: "" });
      expect(await count(url, 40)).toEqual(expected);
    }
    for (const traffic of [["101"], ["-1"], ["half"], [""], ["5", "perl"], ["5", "node", "shut"]]) {
      expect((await gateway.execute("set-traffic", ...traffic)).code).toBe(64);
    }
    await gateway.container.restart();
    await gateway.healthy();
    await vi.waitFor(async () =>
      expect((await fetch(`${await urlOf(gateway)}/health/ready`)).status).toBe(200),
    );
    expect(await count(await urlOf(gateway), 40)).toEqual({ node: 30, python: 10 });
  });

  it("sends what may write to the system of record alone, and pauses it on request while reads go on", async () => {
    const { gateway, url } = await startGateway({ PYTHON_WEIGHT: "50" });
    expect(await count(url, 10, { method: "POST" })).toEqual({ node: 10 });
    expect(await gateway.execute("set-traffic", "50", "node", "frozen")).toEqual({ code: 0, output: "" });
    const refused = await fetch(`${url}/v1/companies`, { method: "PATCH" });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await refused.json()).toMatchObject({ type: "/problems/writes-frozen" });
    expect(await count(url, 10)).toEqual({ node: 5, python: 5 });
    expect((await fetch(`${url}/v1/auth/login`, { method: "POST" })).status).toBe(200);
    expect((await gateway.execute("set-traffic", "50", "python", "open")).code).toBe(0);
    expect(await count(url, 10, { method: "POST" })).toEqual({ python: 10 });
  });

  it("ends a pause's beginning only when no write is under way", async () => {
    const { gateway, url } = await startGateway();
    const slow = fetch(`${url}/v1/slow`, { method: "POST" }).then(async (response) => {
      await response.arrayBuffer();
      return { status: response.status, at: Date.now() };
    });
    await vi.waitFor(async () => {
      const stat =
        "echo 'show stat writes 2 -1' | socat - UNIX-CONNECT:/data/control.sock | sed -n 2p | cut -d, -f5";
      expect((await gateway.execute("bash", "-c", stat)).output.trim()).toBe("1");
    });
    await gateway.execute("set-traffic", "0", "node", "frozen");
    const frozenAt = Date.now();
    const { status, at } = await slow;
    expect(status).toBe(200);
    expect(at).toBeLessThanOrEqual(frozenAt);
  });

  it("copies reads to the comparator without waiting for it, and does without it", async () => {
    const parity = await startUpstream("parity");
    const { url } = await startGateway({ PARITY_BACKEND: "parity:8080" });
    const headers = { "X-Request-Id": "copied-0123456789" };
    await vi.waitFor(async () => {
      expect((await fetch(`${url}/v1/companies?q=a`, { headers })).headers.get("x-served-by")).toBe("node");
      expect(await parity.logs()).toContain("GET /v1/companies?q=a copied-0123456789");
    }, 20_000);
    await fetch(`${url}/v1/written`, { method: "POST" });
    expect(await parity.logs()).not.toContain("/v1/written");
    await parity.container.pause();
    const started = Date.now();
    expect(await count(url, 200)).toEqual({ node: 200 });
    expect(Date.now() - started).toBeLessThan(4_000);
    await parity.container.unpause();
  });

  it("says who answered, numbers requests, and believes no client about its address", async () => {
    const { url } = await startGateway();
    const response = await fetch(`${url}/v1/companies`, { headers: { "X-Forwarded-For": "192.0.2.1" } });
    const answer = (await response.json()) as Answer;
    expect(response.headers.get("x-served-by")).toBe("node");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.requestId).toBe(response.headers.get("x-request-id"));
    expect(answer.client).not.toContain("192.0.2.1");
    for (const [given, kept] of [
      ["caller-0123456789", true],
      ["a b", false],
    ] as const) {
      const again = await fetch(`${url}/v1/companies`, { headers: { "X-Request-Id": given } });
      expect(((await again.json()) as Answer).requestId === given).toBe(kept);
    }
  });

  it("serves nothing but the API, as problem+json with the request's number", async () => {
    const { url } = await startGateway();
    for (const path of ["/", "/metrics", "/v1x", "/admin"]) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({
        type: "/problems/not-found",
        status: 404,
        requestId: response.headers.get("x-request-id"),
      });
    }
    for (const path of ["/v1", "/v1/trials", "/openapi.json", "/docs", "/docs/x"]) {
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    }
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: "up" });
  });

  it("serves the analytics below their paths, where it is told of them", async () => {
    const { url } = await startGateway({ PLANET_BACKEND: "node:8080", NOTEBOOKS_BACKEND: "python:8080" });
    const ask = async (path: string) => {
      const answer = await vi.waitFor(async () => {
        const response = await fetch(`${url}${path}`, { redirect: "manual" });
        expect(response.status).not.toBe(503);
        return response;
      }, 20_000);
      return [answer.status, answer.headers.get("location") ?? ((await answer.json()) as Answer).path];
    };
    expect(await ask("/planet/v1/models")).toEqual([200, "/v1/models"]);
    expect(await ask("/notebooks/lab")).toEqual([200, "/notebooks/lab"]);
    expect(await ask("/notebooks")).toEqual([302, "/notebooks/"]);
    expect(await ask("/planetary")).toEqual([404, undefined]);
    expect((await fetch(`${(await startGateway()).url}/planet/v1/models`)).status).toBe(404);
  });

  it("sends a request again only where that changes nothing", async () => {
    const { url, gateway } = await startGateway({ PYTHON_WEIGHT: "50" });
    await gateway.execute("set-traffic", "50", "python");
    const ask = async (method: string) => {
      const responses = await Promise.all([1, 2].map(() => fetch(`${url}/v1/hang-up`, { method })));
      return responses.map(({ status }) => status).sort();
    };
    expect(await ask("GET")).toEqual([200, 200]);
    expect(await ask("POST")).toEqual([502, 502]);
  });

  it("keeps a client with its backend when it is asked to", async () => {
    const { url } = await startGateway({ PYTHON_WEIGHT: "50", STICKY: "true" });
    const names = new Set<string>();
    for (const client of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const counts = await count(url, 5, { headers: { Authorization: `Bearer ${client}` } });
      expect(Object.values(counts)).toEqual([5]);
      names.add(Object.keys(counts)[0] ?? "");
    }
    expect([...names].sort()).toEqual(["node", "python"]);
  });

  it("moves, as the share grows, only clients from Node to Python", async () => {
    const { gateway, url } = await startGateway({ PYTHON_WEIGHT: "10", STICKY: "true" });
    const clients = Array.from({ length: 100 }, (_, number) => `Bearer client-${number}`);
    const onPython = async () => {
      const served = await Promise.all(
        clients.map(async (Authorization) => {
          const response = await fetch(`${url}/v1/companies`, { headers: { Authorization } });
          await response.arrayBuffer();
          return response.headers.get("x-served-by") === "python" ? Authorization : undefined;
        }),
      );
      return new Set(served.filter((client) => client !== undefined));
    };
    let before = await onPython();
    for (const share of [25, 50, 75, 100]) {
      await gateway.execute("set-traffic", String(share));
      const after = await onPython();
      expect([...before].filter((client) => !after.has(client))).toEqual([]);
      expect(Math.abs(after.size - share)).toBeLessThan(15);
      before = after;
    }
    expect(before.size).toBe(clients.length);
  });

  it("logs a JSON object a request, without secrets, and keeps metrics inside", async () => {
    const { gateway, url } = await startGateway();
    const headers = { Authorization: "Bearer secret-token", "X-Request-Id": "logged-0123456789" };
    await fetch(`${url}/v1/companies?token=secret-parameter`, { headers });
    const logs = await vi.waitFor(async () => {
      const text = await gateway.logs();
      expect(text).toContain("logged-0123456789");
      return text;
    });
    expect(logs).not.toMatch(/secret/);
    const line = logs.split("\n").find((text) => text.includes("logged-0123456789")) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      method: "GET",
      path: "/v1/companies",
      status: 200,
      servedBy: "node",
    });
    const script = "exec 3<>/dev/tcp/127.0.0.1/8404; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
    expect((await gateway.execute("bash", "-c", script)).output).toContain(
      "haproxy_backend_http_responses_total",
    );
  });

  it.each([
    [{ PYTHON_WEIGHT: "150" }, "set PYTHON_WEIGHT to a whole number from 0 to 100; it is '150'"],
    [{ NODE_BACKEND: "node" }, "set NODE_BACKEND to host:port; it is 'node'"],
    [{ PLANET_BACKEND: "planet" }, "set PLANET_BACKEND to host:port or leave it out; it is 'planet'"],
    [{ STICKY: "yes" }, "set STICKY to true or false; it is 'yes'"],
  ])("refuses %j and says why", async (settings, message) => {
    const environment = { NODE_BACKEND: "node:8080", PYTHON_BACKEND: "python:8080", ...settings };
    const gateway = await runContainer({ image, network, environment });
    containers.push(gateway);
    expect(await gateway.ended()).toBe(64);
    expect(await gateway.logs()).toContain(message);
  });

  it("sends everything to the backend that is up, and answers 503 with none", async () => {
    const { gateway, url } = await startGateway({ PYTHON_WEIGHT: "50" });
    await upstreams["python"]?.container.stop({ t: 0 });
    expect(await count(url, 20)).toEqual({ node: 20 });
    await gateway.execute("set-traffic", "100");
    const refused = await vi.waitFor(async () => {
      const response = await fetch(`${url}/v1/companies`);
      expect(response.status).toBe(503);
      return response;
    }, 20_000);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(await refused.json()).toMatchObject({ type: "/problems/dependency-down", status: 503 });
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await upstreams["python"]?.container.start();
    await vi.waitFor(async () => expect(await count(url, 1)).toEqual({ python: 1 }), 30_000);
  });
});
