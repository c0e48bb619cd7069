import { Secret } from "@trials/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import { ARGS, AuraStack, TENANT } from "./aura-stack.ts";

describe("an instance", () => {
  let aura: Aura;
  let stack: AuraStack;
  const instances = () => aura.simulation.state.instances;
  const only = () => {
    const [instance, ...others] = instances();
    if (instance === undefined || others.length > 0) throw new Error(`${instances().length} instances`);
    return instance;
  };
  const asked = (method: string) => aura.simulation.requests.filter((request) => request.method === method);

  beforeAll(async () => {
    aura = await startAura();
    stack = new AuraStack(aura.url);
  });
  afterAll(() => aura.close());

  it("is not made by a preview", async () => {
    stack.instance();
    expect(await stack.preview()).toMatchObject({ result: "succeeded", steps: ["create graph"] });
    expect(asked("POST").map(({ path }) => path)).toEqual(["/oauth/token"]);
  });

  it("is made, waited for, and its password kept as a secret", async () => {
    const { result, steps, text } = await stack.up();
    expect([result, steps]).toEqual(["succeeded", ["create graph"]]);
    const { id, password } = only();
    expect(await stack.find()).toMatchObject({
      id,
      inputs: {
        ...ARGS,
        tenantId: TENANT,
        version: "5",
        desiredState: "running",
        snapshotBeforeChange: true,
      },
      outputs: {
        status: "running",
        storage: "4GB",
        username: "neo4j",
        connectionUrl: `neo4j+s://${id}.databases.neo4j.io`,
      },
      initErrors: [],
    });
    expect(await stack.password()).toBe(password);
    expect(text).not.toContain(password);
  });

  it("is left alone the second time, without a question to Aura", async () => {
    const before = aura.simulation.requests.length;
    expect(await stack.up()).toMatchObject({ result: "succeeded", steps: [] });
    expect(aura.simulation.requests.length).toBe(before);
  });

  it("is resized and renamed by one call", async () => {
    stack.instance({ name: "renamed", memory: "4GB" });
    expect((await stack.preview()).steps).toEqual(["update graph"]);
    expect(only().memory).toBe("2GB");
    expect((await stack.up()).steps).toEqual(["update graph"]);
    expect(only()).toMatchObject({ name: "renamed", memory: "4GB", status: "running", snapshots: [] });
    expect(asked("PATCH").map(({ keys }) => keys)).toEqual([["name", "memory"]]);
    expect(await stack.password()).toBe(only().password);
  });

  it("has a data snapshot taken before its memory shrinks", async () => {
    stack.instance({ memory: "2GB" });
    expect((await stack.up()).result).toBe("succeeded");
    expect(only()).toMatchObject({
      name: "trials-graph",
      memory: "2GB",
      snapshots: [{ status: "Completed" }],
    });
  });

  it("shrinks without a data snapshot where the program says so", async () => {
    stack.instance({ memory: "1GB", snapshotBeforeChange: false });
    expect((await stack.up()).result).toBe("succeeded");
    expect(only()).toMatchObject({ memory: "1GB", snapshots: [{ status: "Completed" }] });
  });

  it("is paused, and resized while paused by resuming it in between", async () => {
    stack.instance({ desiredState: "paused" });
    expect((await stack.up()).steps).toEqual(["update graph"]);
    expect(only()).toMatchObject({ status: "paused", memory: "2GB" });
    stack.instance({ desiredState: "paused", memory: "8GB" });
    expect((await stack.up()).result).toBe("succeeded");
    expect(only()).toMatchObject({ status: "paused", memory: "8GB" });
    expect(await stack.find()).toMatchObject({ outputs: { status: "paused", desiredState: "paused" } });
  });

  it("is resumed", async () => {
    stack.instance({ memory: "8GB" });
    expect((await stack.up()).result).toBe("succeeded");
    expect(only().status).toBe("running");
  });

  it("has a new password recorded, which somebody set in the database", async () => {
    stack.instance({ memory: "8GB", password: new Secret("set-by-hand") });
    expect((await stack.up()).steps).toEqual(["update graph"]);
    expect(await stack.password()).toBe("set-by-hand");
    expect(asked("PATCH").flatMap(({ keys }) => keys)).not.toContain("password");
  });

  it("is replaced where it cannot be changed: the new one first, then the old one goes", async () => {
    const { id: old } = only();
    stack.instance({ region: "us-central1" });
    const { steps, result } = await stack.up();
    expect([result, steps]).toEqual([
      "succeeded",
      ["create-replacement graph", "replace graph", "delete-replaced graph"],
    ]);
    expect(only()).toMatchObject({ region: "us-central1" });
    expect(only().id).not.toBe(old);
    expect(await stack.password()).toBe(only().password);
  });

  it("is deleted, and waited for until it is gone", async () => {
    expect((await stack.destroy()).steps).toEqual(["delete graph"]);
    expect(instances()).toEqual([]);
    expect((await stack.destroy()).result).toBe("succeeded");
  });
});

describe("instances", () => {
  let aura: Aura;
  beforeAll(async () => {
    aura = await startAura();
  });
  afterAll(() => aura.close());

  it("take read replicas and change data capture in calls of their own", async () => {
    const stack = new AuraStack(aura.url);
    const type = { name: "critical", type: "business-critical" };
    stack.instance({ ...type, secondariesCount: 1, cdcEnrichmentMode: "OFF" });
    expect((await stack.up()).result).toBe("succeeded");
    stack.instance({ ...type, memory: "4GB", secondariesCount: 2, cdcEnrichmentMode: "FULL" });
    expect((await stack.up()).result).toBe("succeeded");
    expect(
      aura.simulation.requests.filter(({ method }) => method === "PATCH").map(({ keys }) => keys),
    ).toEqual([["memory"], ["secondaries_count"], ["cdc_enrichment_mode"]]);
    expect(await stack.find()).toMatchObject({
      outputs: { memory: "4GB", secondariesCount: 2, cdcEnrichmentMode: "FULL" },
    });
    expect((await stack.up()).steps).toEqual([]);
  });

  it("need no size and place where they are free, and no name", async () => {
    const stack = new AuraStack(aura.url);
    stack.program(async ({ resource }) => {
      await resource("aura:index:Instance", "free", { type: "free-db" });
      return {};
    });
    expect((await stack.up()).result).toBe("succeeded");
    expect(await stack.find("free")).toMatchObject({
      outputs: { name: "trials-dev-free", memory: "1GB", cloudProvider: "gcp", region: "europe-west1" },
    });
  });

  it("are refused with every problem, before Aura is asked", async () => {
    const stack = new AuraStack(aura.url);
    stack.env["AURA_TENANT_ID"] = "";
    stack.instance({ type: "huge-db", memory: "2 GB", colour: "red", desiredState: "asleep" });
    const { result, text } = await stack.preview();
    expect(result).toBe("failed");
    for (const problem of [
      "tenantId",
      "is missing; set it here, or `pulumi config set aura:tenantId ID`",
      "is one of free-db, professional-db",
      "is a size in gigabytes, such as 2GB",
      "is not a property of an instance",
      "is one of running, paused",
    ]) {
      expect(text).toContain(problem);
    }
  });

  it("belong to a tenant that exists", async () => {
    const stack = new AuraStack(aura.url);
    stack.instance({ tenantId: "nobody" });
    expect((await stack.preview()).text).toContain("the API key must be allowed to use that tenant");
  });

  it("are waited for as long as the program says", async () => {
    const stack = new AuraStack(aura.url);
    aura.simulation.inject({ kind: "stuck", method: "POST", path: "/v1/instances" });
    stack.instance({ name: "slow" }, { customTimeouts: { create: 0.3 } });
    const { result, text } = await stack.up();
    expect(result).toBe("failed");
    expect(text).toMatch(
      /the instance "slow" \([0-9a-f]{8}\) is still `creating` at the end of its time limit/,
    );
    const { id, outputs, initErrors } = (await stack.find()) ?? {};
    expect(initErrors).toHaveLength(1);
    expect(outputs).toHaveProperty("password");
    aura.simulation.edit(String(id), { status: "running" });
    stack.instance({ name: "slow" });
    expect(await stack.up()).toMatchObject({ result: "succeeded", steps: ["update graph"] });
    expect((await stack.find())?.initErrors).toEqual([]);
    expect((await stack.up()).steps).toEqual([]);
  });
});
