import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultOptions } from "../../../simulators/aura/faults.ts";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import { AuraStack, TENANT } from "./aura-stack.ts";

const ORDER = { method: "POST", path: "/v1/instances" };

describe("the provider", () => {
  let aura: Aura;
  let stack: AuraStack;
  const instances = () => aura.simulation.state.instances;
  const inject = (fault: FaultOptions) => aura.simulation.inject(fault);

  beforeEach(async () => {
    aura = await startAura();
    stack = new AuraStack(aura.url);
    stack.instance();
  });
  afterEach(() => aura.close());

  async function made(): Promise<string> {
    expect((await stack.up()).result).toBe("succeeded");
    return instances()[0]?.id ?? "";
  }

  describe("while making an instance", () => {
    it("waits as long as Aura asks for when it asks too often", async () => {
      inject({ kind: "rate-limited", ...ORDER, times: 2, retryAfter: 0 });
      expect((await stack.up()).result).toBe("succeeded");
      expect(instances()).toHaveLength(1);
    });

    it("orders again where the connection broke before Aura took the order", async () => {
      inject({ kind: "reset-before", ...ORDER });
      expect((await stack.up()).result).toBe("succeeded");
      expect(instances()).toHaveLength(1);
      expect(await stack.password()).toBe(instances()[0]?.password);
    });

    it("orders again after a fault of the server that had no effect", async () => {
      inject({ kind: "unavailable", ...ORDER, retryAfter: 0 });
      expect((await stack.up()).result).toBe("succeeded");
      expect(instances()).toHaveLength(1);
    });

    it("gives up after three faults, having made nothing", async () => {
      inject({ kind: "server-error", ...ORDER, times: 3 });
      const { result, text } = await stack.up();
      expect(result).toBe("failed");
      expect(text).toMatch(
        /cannot create the instance "trials-graph": .*The server failed \(500, server-err, request/,
      );
      expect(instances()).toEqual([]);
      expect((await stack.up()).result).toBe("succeeded");
    });

    it("finds the instance again where the answer was lost: not made twice, recorded, the loss said", async () => {
      inject({ kind: "reset-after", ...ORDER });
      const { result, text } = await stack.up();
      expect(result).toBe("failed");
      expect(instances()).toHaveLength(1);
      expect(text).toContain(
        "Aura tells a password only in the answer to the creation, so this one's is lost",
      );
      expect(text).toContain("no second one is ordered");
      expect(await stack.find()).toMatchObject({ id: instances()[0]?.id });
      expect(await stack.password()).toBeUndefined();

      const again = await stack.up();
      expect(again.result).toBe("failed");
      expect(again.text).toContain("the password of the instance");
      expect(instances()).toHaveLength(1);
    });

    it("has two ways out of a lost password, and neither bills twice", async () => {
      inject({ kind: "reset-after", ...ORDER });
      await stack.up();
      stack.instance({ password: "set-in-the-console" });
      expect((await stack.up()).steps).toEqual(["update graph"]);
      expect((await stack.find())?.initErrors).toEqual([]);

      expect((await stack.destroy({ targets: [stack.urn()] })).result).toBe("succeeded");
      stack.instance();
      expect((await stack.up()).steps).toEqual(["create graph"]);
      expect(instances()).toHaveLength(1);
    });

    it("does not know what became of its order where Aura cannot be asked, and looks the next time", async () => {
      inject({ kind: "reset-after", ...ORDER });
      inject({
        kind: "server-error",
        method: "GET",
        path: "/v1/instances",
        after: 1,
        times: 4,
        retryAfter: 0,
      });
      const { result, text } = await stack.up();
      expect(result).toBe("failed");
      expect(text).toContain("Run the command again: it looks before it orders");
      expect((await stack.up()).text).toContain('there is an instance "trials-graph" already');
      expect(instances()).toHaveLength(1);
    });

    it("refuses to order beside an instance of the same name and kind, with the ways out", async () => {
      await made();
      const other = new AuraStack(aura.url);
      other.instance();
      const { result, text } = await other.up();
      expect(result).toBe("failed");
      expect(text).toContain('there is an instance "trials-graph" already');
      expect(text).toContain(`import: "${instances()[0]?.id}"`);
      expect(text).toContain("choose another `name`");
      expect(instances()).toHaveLength(1);
      expect(await other.find()).toBeUndefined();
    });

    it("records an instance whose data could not be loaded, and says what to do", async () => {
      inject({ kind: "loading-failed", ...ORDER });
      const { result, text } = await stack.up();
      expect(result).toBe("failed");
      expect(text).toContain("is `loading failed`; its data could not be loaded: set `restoreFrom`");
      expect(await stack.password()).toBe(instances()[0]?.password);
    });

    it.each([
      ["no billing details", { billing: false }, "Add billing details to the tenant"],
      ["its quota reached", { quota: 0 }, "The tenant has reached its quota (403, quota-exceeded"],
    ])("says what a tenant with %s needs", async (_what, tenant, help) => {
      Object.assign(aura.simulation.cloud.getTenant(TENANT), tenant);
      const { result, text } = await stack.up();
      expect([result, text]).toEqual(["failed", expect.stringContaining(help)]);
      expect(await stack.find()).toBeUndefined();
    });
  });

  describe("while changing an instance", () => {
    const PATCH = { method: "PATCH", path: "/v1/instances/" };

    it.each(["reset-before", "reset-after", "unavailable", "ongoing-operation"] as const)(
      "looks again after %s, and goes on from what it finds",
      async (kind) => {
        const id = await made();
        stack.instance({ memory: "8GB" });
        inject({ kind, ...PATCH, retryAfter: 0 });
        expect((await stack.up()).result).toBe("succeeded");
        expect(aura.simulation.cloud.getInstance(id).memory).toBe("8GB");
      },
    );

    it("gives up on what Aura keeps not doing", async () => {
      await made();
      stack.instance({ memory: "8GB" });
      inject({ kind: "server-error", ...PATCH, times: 10 });
      const { result, text } = await stack.up();
      expect(result).toBe("failed");
      expect(text).toContain("Aura was asked 3 times for a change of memory");
      aura.simulation.faults.clear();
      expect((await stack.up()).steps).toEqual(["update graph"]);
    });

    it("says which status it waits for when its time is up, and goes on the next time", async () => {
      const id = await made();
      stack.instance({ memory: "8GB" }, { customTimeouts: { update: 0.3 } });
      inject({ kind: "stuck", ...PATCH });
      const { result, text } = await stack.up();
      expect(result).toBe("failed");
      expect(text).toContain("is still `updating` at the end of its time limit");
      aura.simulation.edit(id, { status: "running" });
      stack.instance({ memory: "8GB" });
      expect((await stack.up()).result).toBe("succeeded");
    });

    it("says where to look when Aura has suspended the instance", async () => {
      const id = await made();
      aura.simulation.edit(id, { status: "suspended" });
      stack.instance({ memory: "8GB" });
      expect((await stack.up()).text).toContain("is `suspended`; Aura has suspended it");
    });

    it("says so when the instance is gone", async () => {
      const id = await made();
      aura.simulation.remove(id);
      stack.instance({ memory: "8GB" });
      expect((await stack.up()).text).toContain(
        `the instance ${id} does not exist any more; \`pulumi refresh\``,
      );
    });
  });

  describe("while deleting an instance", () => {
    it.each(["reset-before", "reset-after", "unavailable", "ongoing-operation"] as const)(
      "looks again after %s",
      async (kind) => {
        await made();
        inject({ kind, method: "DELETE", path: "/v1/instances/", retryAfter: 0 });
        expect((await stack.destroy()).result).toBe("succeeded");
        expect(instances()).toEqual([]);
      },
    );

    it("keeps it recorded where Aura does not get on, and says what it waited for", async () => {
      await made();
      stack.instance({}, { customTimeouts: { delete: 0.3 } });
      await stack.up();
      inject({ kind: "stuck", method: "DELETE" });
      const { result, text } = await stack.destroy();
      expect(result).toBe("failed");
      expect(text).toContain("cannot delete the instance");
      expect(await stack.find()).toBeDefined();
    });
  });

  describe("with credentials that", () => {
    it("are wrong, says so in the preview, and never the secret", async () => {
      stack.env["AURA_CLIENT_SECRET"] = "wrong-secret";
      const { result, text } = await stack.preview();
      expect(result).toBe("failed");
      expect(text).toContain("Aura refuses the API key: The client id or the client secret is wrong (401)");
      expect(text).toContain("Check `aura:clientId` and `aura:clientSecret`");
      expect(text).not.toContain("wrong-secret");
    });

    it("are missing, previews without them, and says what to set when it has to act", async () => {
      stack.env["AURA_CLIENT_ID"] = "";
      expect((await stack.preview()).steps).toEqual(["create graph"]);
      expect((await stack.up()).text).toContain("pulumi config set --secret aura:clientSecret");
    });

    it("expire on the way, asks for a new token", async () => {
      aura.simulation.autoAdvance = 3700;
      expect((await stack.up()).result).toBe("succeeded");
      const logins = aura.simulation.requests.filter(({ path }) => path === "/oauth/token");
      expect(logins.length).toBeGreaterThan(1);
    });
  });

  it("previews without Aura where it cannot be reached, and says where it looked when it has to act", async () => {
    stack.env["AURA_BASE_URL"] = "http://127.0.0.1:9";
    expect((await stack.preview()).result).toBe("succeeded");
    const { text } = await stack.up();
    expect(text).toContain("Aura cannot be reached at http://127.0.0.1:9");
  });

  it("ends what it waits for when it is interrupted, with the instance and its password recorded", async () => {
    aura.simulation.autoAdvance = 0;
    const stop = new AbortController();
    const running = stack.up({ signal: stop.signal });
    await expect.poll(() => instances().length, { timeout: 30_000 }).toBe(1);
    await expect
      .poll(
        () => aura.simulation.requests.some(({ path }) => path === `/v1/instances/${instances()[0]?.id}`),
        {
          timeout: 30_000,
        },
      )
      .toBe(true);
    stop.abort();
    const { text } = await running;
    expect(text).toContain("interrupted while trying to finish the instance");
    expect(await stack.password()).toBe(instances()[0]?.password);
    aura.simulation.autoAdvance = 30;
    expect(await stack.up()).toMatchObject({ result: "succeeded", steps: ["update graph"] });
    expect(instances()).toHaveLength(1);
  });
});
