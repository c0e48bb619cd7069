import { describe, expect, it } from "vitest";
import { ORDER, start } from "./test-client.ts";

describe("faults", () => {
  it.each([
    ["rate-limited", 429, "rate-limited"],
    ["unavailable", 503, "service-unavailable"],
    ["server-error", 500, "server-err"],
    ["ongoing-operation", 409, "ongoing-database-operation"],
  ] as const)("%s answers so many requests, and has no effect", async (kind, status, reason) => {
    const { aura, client } = await start();
    aura.simulation.inject({ kind, method: "POST", times: 2, retryAfter: 7 });
    const answer = await client.call("POST", "/v1/instances", ORDER);
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, "7"]);
    expect(await client.refusal("POST", "/v1/instances", ORDER)).toEqual([status, reason]);
    expect(aura.simulation.state.instances).toEqual([]);
    expect((await client.call("POST", "/v1/instances", ORDER)).status).toBe(202);
  });

  it("break the connection before or after the effect", async () => {
    const { aura, client } = await start();
    aura.simulation.inject({ kind: "reset-before", path: "/v1/instances" });
    await expect(client.create()).rejects.toThrow("fetch failed");
    expect(aura.simulation.state.instances).toHaveLength(0);
    aura.simulation.inject({ kind: "reset-after", path: "/v1/instances" });
    await expect(client.create()).rejects.toThrow("fetch failed");
    expect(aura.simulation.state.instances).toHaveLength(1);
  });

  it("leave a request without an answer", async () => {
    const { aura, client } = await start();
    aura.simulation.inject({ kind: "hang", method: "POST" });
    const answer = fetch(`${aura.url}/v1/instances`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.token}`, "content-type": "application/json" },
      body: JSON.stringify(ORDER),
    });
    await expect.poll(() => aura.simulation.state.instances).toHaveLength(1);
    await aura.close();
    await expect(answer).rejects.toThrow();
  });

  it("hold a status for ever, until somebody mends it", async () => {
    const { aura, client } = await start();
    aura.simulation.inject({ kind: "stuck" });
    const id = await client.create();
    aura.simulation.advance(1_000_000);
    await client.login();
    expect(await client.status(id)).toBe("creating");
    aura.simulation.edit(id, { status: "running" });
    expect(await client.status(id)).toBe("running");
  });

  it("spoil the loading, and a data snapshot", async () => {
    const { aura, client } = await start();
    aura.simulation.inject({ kind: "loading-failed" });
    const id = await client.running();
    expect(await client.status(id)).toBe("loading failed");
    aura.simulation.edit(id, { status: "running" });
    aura.simulation.inject({ kind: "snapshot-failed" });
    await client.call("POST", `/v1/instances/${id}/snapshots`);
    aura.simulation.advance(60);
    const { body } = await client.call("GET", `/v1/instances/${id}/snapshots`);
    expect(body.data).toMatchObject([{ status: "Failed" }]);
  });
});
