import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Service } from "../service.ts";

let service: Service | undefined;
afterEach(() => service?.app.close());

function start(changes: Record<string, string> = {}): Service {
  service = new Service(changes);
  return service;
}

describe("GET /health/live", () => {
  it("answers although no store does", async () => {
    const nowhere = { MONGODB_URL: "mongodb://127.0.0.1:1", CACHE_URL: "redis://127.0.0.1:1" };
    const response = await start(nowhere).get("/health/live");
    expect([response.statusCode, response.json()]).toEqual([200, { status: "up" }]);
  });
});

describe("GET /health/ready", () => {
  it("is up when every store answers", async () => {
    const response = await start().get("/health/ready");
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      status: "up",
      checks: { mongo: { status: "up" }, neo4j: { status: "up" }, cache: { status: "up" } },
    });
  });

  it("is degraded but ready without the cache", async () => {
    const response = await start({ CACHE_URL: "redis://127.0.0.1:1" }).get("/health/ready");
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ status: "degraded", checks: { cache: { status: "down" } } });
  });

  it("does not wait for ever for a store that accepts and never answers", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const url = `127.0.0.1:${port}`;
    const response = await start({ NEO4J_URL: `bolt://${url}`, CACHE_URL: `redis://${url}` }).get(
      "/health/ready",
    );
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({
      checks: { neo4j: { status: "down" }, cache: { status: "down" } },
    });
    await service?.app.close();
    silent.close();
  });

  it.each([
    ["mongo", { MONGODB_URL: "mongodb://127.0.0.1:1" }],
    ["neo4j", { NEO4J_URL: "bolt://127.0.0.1:1" }],
    ["neo4j", { NEO4J_PASSWORD: "wrong" }],
  ])("is down without %s", async (name, changes) => {
    const response = await start(changes).get("/health/ready");
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ status: "down", checks: { [name]: { status: "down" } } });
  });
});
