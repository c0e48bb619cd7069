import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ERRORS } from "../errors.ts";
import { ORDER, start } from "./test-client.ts";

describe("the simulator", () => {
  it("limits requests by the minute of its clock", async () => {
    const { aura, client } = await start({ requestsPerMinute: 3 });
    await client.call("GET", "/v1/tenants");
    await client.call("GET", "/v1/tenants");
    const answer = await client.call("GET", "/v1/tenants");
    expect([answer.status, answer.body.errors?.[0]?.reason]).toEqual([429, "rate-limited"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(50);
    aura.simulation.advance(60);
    expect((await client.call("GET", "/v1/tenants")).status).toBe(200);
  });

  it("lets time go by whenever somebody looks", async () => {
    const { client } = await start({ autoAdvance: 100 });
    const id = await client.create();
    expect([await client.status(id), await client.status(id)]).toEqual(["creating", "running"]);
  });

  it("has no answer for unknown routes, and says so at the end", async () => {
    const { aura, client } = await start();
    expect((await client.call("GET", "/v1/unicorns?page=2")).status).toBe(404);
    expect(aura.simulation.unknownRoutes).toEqual(["GET /v1/unicorns"]);
    await expect(aura.close()).rejects.toThrow("the Aura simulator has no route for: GET /v1/unicorns");
  });

  it("refuses what is not JSON", async () => {
    const { aura, client } = await start();
    const answer = await fetch(`${aura.url}/v1/instances`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.token}`, "content-type": "application/json" },
      body: "{",
    });
    expect(answer.status).toBe(400);
  });

  it("is driven from another process, and tells no password there", async () => {
    const { client } = await start();
    const id = await client.create();
    expect((await client.call("POST", "/__sim/advance", { seconds: 1000 })).body.now).toMatch(/Z$/);
    expect(await client.status(id)).toBe("running");
    await client.call("PATCH", `/__sim/instances/${id}`, { memory: "8GB" });
    await client.call("PATCH", "/__sim/settings", { autoAdvance: 5 });
    await client.call("POST", "/__sim/faults", { kind: "unavailable" });
    await client.call("DELETE", "/__sim/faults");
    const { body } = await client.call("GET", "/__sim/state");
    expect(body.instances).toMatchObject([{ id, memory: "8GB" }]);
    expect(body.instances[0]).not.toHaveProperty("password");
    await client.call("DELETE", `/__sim/instances/${id}`);
    expect(await client.status(id)).toBe(404);
    const { body: asked } = await client.call("GET", "/__sim/requests");
    expect(asked.requests).toContainEqual({
      method: "POST",
      path: "/v1/instances",
      keys: Object.keys(ORDER),
    });
    expect((await client.call("PATCH", "/__sim/instances/x", { colour: "red" })).status).toBe(400);
  });

  it("goes on from its file where it ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "aura-"));
    const stateFile = join(folder, "state.json");
    const { aura, client } = await start({ stateFile });
    const id = await client.running();
    await aura.close();
    expect(JSON.parse(readFileSync(stateFile, "utf8")).instances).toHaveLength(1);
    const next = await start({ stateFile });
    expect(await next.client.status(id)).toBe("running");
    rmSync(folder, { recursive: true });
  });
});

describe("the table of refusals", () => {
  it("has an HTTP status of failure and a sentence in every row", () => {
    for (const { status, message } of Object.values(ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(message).toMatch(/^[A-Z].*\w$/);
    }
  });
});
