import { describe, expect, it } from "vitest";
import { ERRORS } from "../errors.ts";
import { ORDER, start, TENANT } from "./test-client.ts";

describe("OAuth", () => {
  it("gives a token for an hour to who knows the secret", async () => {
    const { client } = await start();
    expect((await client.login()).body).toMatchObject({ expires_in: 3600, token_type: "bearer" });
    expect((await client.login("wrong")).status).toBe(401);
    expect(await client.refusal("GET", "/v1/instances")).toEqual([401, "invalid-token"]);
  });

  it("refuses a token that has expired", async () => {
    const { aura, client } = await start();
    aura.simulation.advance(3601);
    expect(await client.refusal("GET", "/v1/instances")).toEqual([403, ERRORS["expired-token"].message]);
    await client.login();
    expect((await client.call("GET", "/v1/instances")).status).toBe(200);
  });

  it("refuses another grant and a login without a colon", async () => {
    const { aura, client } = await start();
    const post = (authorization: string, grant: string) =>
      fetch(`${aura.url}/oauth/token`, {
        method: "POST",
        headers: { authorization },
        body: new URLSearchParams({ grant_type: grant }),
      });
    expect((await post("Basic YQ==", "client_credentials")).status).toBe(401);
    expect((await post("Basic YQ==", "password")).status).toBe(400);
    expect(client.token).not.toBe("");
  });
});

describe("tenants", () => {
  it("tell what may be ordered", async () => {
    const { client } = await start();
    expect((await client.call("GET", "/v1/tenants")).body.data).toEqual([{ id: TENANT, name: "Trials" }]);
    const { body } = await client.call("GET", `/v1/tenants/${TENANT}`);
    const offers = body.data["instance_configurations"] as unknown as { type: string }[];
    expect(offers).toContainEqual({
      type: "professional-db",
      cloud_provider: "gcp",
      region: "europe-west1",
      region_name: "Belgium (europe-west1)",
      memory: "2GB",
      storage: "4GB",
      version: "5",
    });
    expect(offers.filter(({ type }) => type === "free-db")).toHaveLength(1);
    expect(await client.refusal("GET", "/v1/tenants/none")).toEqual([404, "tenant-not-found"]);
  });

  it("have customer-managed keys of their own", async () => {
    const key = { id: "key-1", name: "key", tenant_id: TENANT };
    const { client } = await start({ keys: [key, { ...key, id: "key-2", tenant_id: "other" }] });
    const { body } = await client.call("GET", `/v1/customer-managed-keys?tenantId=${TENANT}`);
    expect(body.data).toEqual([key]);
    expect((await client.call("GET", "/v1/customer-managed-keys")).body.data).toHaveLength(2);
    const withKey = (id: string) => ({ ...ORDER, customer_managed_key_id: id });
    expect((await client.call("POST", "/v1/instances", withKey("key-1"))).status).toBe(202);
    expect(await client.refusal("POST", "/v1/instances", withKey("key-2"))).toEqual([
      404,
      "encryption-key-not-found",
    ]);
  });
});
