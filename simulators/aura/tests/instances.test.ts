import { describe, expect, it } from "vitest";
import { ORDER, start, TENANT } from "./test-client.ts";

describe("an instance", () => {
  it("tells its password once, and where it listens when it is there", async () => {
    const { aura, client } = await start();
    const { status, body, headers } = await client.call("POST", "/v1/instances", ORDER);
    expect(status).toBe(202);
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    const { id, username, password } = body.data;
    expect(username).toBe("neo4j");
    const young = await client.call("GET", `/v1/instances/${id}`);
    expect(young.body.data).toMatchObject({ status: "creating", connection_url: null });
    aura.simulation.advance(180);
    const { body: grown } = await client.call("GET", `/v1/instances/${id}`);
    expect(grown.data).toMatchObject({
      status: "running",
      connection_url: `neo4j+s://${id}.databases.neo4j.io`,
      memory: "2GB",
      storage: "4GB",
      vector_optimized: false,
    });
    expect(JSON.stringify(grown)).not.toContain(String(password));
  });

  it("is told in short in a list, which a tenant narrows", async () => {
    const { client } = await start();
    const id = await client.create();
    const { body } = await client.call("GET", `/v1/instances?tenantId=${TENANT}`);
    expect(body.data).toEqual([
      { id, name: "trials", tenant_id: TENANT, cloud_provider: "gcp", created_at: expect.any(String) },
    ]);
    expect((await client.call("GET", "/v1/instances?tenantId=other")).body.data).toEqual([]);
    expect((await client.call("GET", "/v1/instances")).body.data).toHaveLength(1);
  });

  it("is made twice where it is ordered twice: the name keeps nobody from it", async () => {
    const { client } = await start();
    expect(await client.create()).not.toBe(await client.create());
  });

  it.each([
    ["a size that is not offered", { memory: "3GB" }, 403, "tenant-incapable-of-action"],
    [
      "a free one elsewhere",
      { type: "free-db", memory: "1GB", region: "us-central1" },
      403,
      "tenant-incapable-of-action",
    ],
    ["change data capture where there is none", { cdc_enrichment_mode: "FULL" }, 400, "invalid-request"],
    ["vectors in too little memory", { vector_optimized: true }, 400, "invalid-request"],
    [
      "graph analytics in a critical one",
      { type: "business-critical", graph_analytics_plugin: true },
      400,
      "invalid-request",
    ],
    ["a key it does not know", { colour: "red" }, 400, "invalid-request"],
    ["an unknown tenant", { tenant_id: "none" }, 404, "tenant-not-found"],
    ["a data snapshot of nothing", { source_snapshot_id: "x" }, 400, "invalid-request"],
    ["a copy of nothing", { source_instance_id: "x" }, 404, "db-not-found"],
  ])("is refused with %s", async (_what, order, status, reason) => {
    const { aura, client } = await start();
    expect(await client.refusal("POST", "/v1/instances", { ...ORDER, ...order })).toEqual([status, reason]);
    expect(aura.simulation.state.instances).toEqual([]);
  });

  it("has the refusal name the field, where it is one", async () => {
    const { client } = await start();
    const { body } = await client.call("POST", "/v1/instances", { ...ORDER, memory: "much" });
    expect(body.errors).toEqual([
      { message: "memory: is a size such as 2GB", reason: "invalid-request", field: "memory" },
    ]);
    const empty = await client.call("POST", "/v1/instances", []);
    expect(empty.body.errors).toMatchObject([{ message: expect.stringMatching(/^the body: /) }]);
  });

  it("is refused without billing details, and beyond the quota", async () => {
    const poor = { id: "poor", name: "Poor", billing: false };
    const small = { id: "small", name: "Small", quota: 0 };
    const { client } = await start({ tenants: [poor, small] });
    const order = (tenant_id: string) => client.refusal("POST", "/v1/instances", { ...ORDER, tenant_id });
    expect(await order("poor")).toEqual([400, "missing-billing-details"]);
    expect(await order("small")).toEqual([403, "quota-exceeded"]);
  });

  it("grows after a while, and is renamed at once", async () => {
    const { aura, client } = await start();
    const id = await client.running();
    const { body } = await client.call("PATCH", `/v1/instances/${id}`, { name: "new", memory: "4GB" });
    expect(body.data).toMatchObject({ status: "updating", name: "new", memory: "2GB" });
    expect(await client.refusal("POST", `/v1/instances/${id}/pause`)).toEqual([
      409,
      "ongoing-database-operation",
    ]);
    aura.simulation.advance(120);
    const { body: grown } = await client.call("GET", `/v1/instances/${id}`);
    expect(grown.data).toMatchObject({ status: "running", memory: "4GB" });
    await client.call("PATCH", `/v1/instances/${id}`, { name: "newer" });
    expect(await client.status(id)).toBe("running");
  });

  it("changes read replicas and change data capture in calls of their own", async () => {
    const { aura, client } = await start();
    const id = await client.running({ type: "business-critical" });
    const mixed = { memory: "4GB", secondaries_count: 1 };
    expect(await client.refusal("PATCH", `/v1/instances/${id}`, mixed)).toEqual([400, "invalid-request"]);
    await client.call("PATCH", `/v1/instances/${id}`, { secondaries_count: 1 });
    aura.simulation.advance(120);
    await client.call("PATCH", `/v1/instances/${id}`, { cdc_enrichment_mode: "DIFF" });
    aura.simulation.advance(120);
    const { body } = await client.call("GET", `/v1/instances/${id}`);
    expect(body.data).toMatchObject({ secondaries_count: 1, cdc_enrichment_mode: "DIFF" });
  });

  it("pauses and resumes, and takes no change in between", async () => {
    const { aura, client } = await start();
    const id = await client.running();
    await client.call("POST", `/v1/instances/${id}/pause`);
    expect(await client.status(id)).toBe("pausing");
    aura.simulation.advance(90);
    expect(await client.status(id)).toBe("paused");
    expect(await client.refusal("PATCH", `/v1/instances/${id}`, { memory: "4GB" })).toEqual([
      409,
      "invalid-database-state",
    ]);
    await client.call("POST", `/v1/instances/${id}/resume`);
    aura.simulation.advance(120);
    expect(await client.status(id)).toBe("running");
  });

  it("is gone a while after it is deleted", async () => {
    const { aura, client } = await start();
    const id = await client.running();
    expect((await client.call("DELETE", `/v1/instances/${id}`)).status).toBe(202);
    expect(await client.status(id)).toBe("destroying");
    expect(await client.refusal("DELETE", `/v1/instances/${id}`)).toEqual([
      409,
      "ongoing-database-operation",
    ]);
    aura.simulation.advance(60);
    expect(await client.refusal("GET", `/v1/instances/${id}`)).toEqual([404, "db-not-found"]);
  });
});
