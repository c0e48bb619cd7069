import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import type { InstanceEdit } from "../../../simulators/aura/state.ts";
import { AuraStack, TENANT } from "./aura-stack.ts";

const DECLARED = {
  type: "business-critical",
  memory: "4GB",
  storage: "8GB",
  secondariesCount: 1,
  cdcEnrichmentMode: "DIFF",
  vectorOptimized: true,
  graphAnalyticsPlugin: false,
  customerManagedKeyId: "key-1",
};

const UPDATE = ["refresh graph", "update graph"];
const REPLACE = ["refresh graph", "create-replacement graph", "replace graph", "delete-replaced graph"];

/** Each managed property: what somebody does to it in the console, and what the program does about it. */
const MUTATIONS: readonly [property: string, edit: InstanceEdit, steps: readonly string[]][] = [
  ["name", { name: "renamed" }, UPDATE],
  ["memory", { memory: "8GB" }, UPDATE],
  ["desiredState", { status: "paused" }, UPDATE],
  ["secondariesCount", { secondaries_count: 2 }, UPDATE],
  ["cdcEnrichmentMode", { cdc_enrichment_mode: "FULL" }, UPDATE],
  ["tenantId", { tenant_id: "another" }, REPLACE],
  ["type", { type: "enterprise-db" }, REPLACE],
  ["cloudProvider", { cloud_provider: "aws" }, REPLACE],
  ["region", { region: "us-central1" }, REPLACE],
  ["storage", { storage: "16GB" }, REPLACE],
  ["vectorOptimized", { vector_optimized: false }, REPLACE],
  ["graphAnalyticsPlugin", { graph_analytics_plugin: true }, REPLACE],
  ["customerManagedKeyId", { customer_managed_key_id: "key-2" }, REPLACE],
];

/** What the API cannot tell, or what only says how the provider is to work. */
const NOT_LIVE = ["version", "restoreFrom", "snapshotBeforeChange", "password"];

describe("drift of an instance", () => {
  let aura: Aura;
  let stack: AuraStack;
  let id: string;
  let whole: InstanceEdit;

  beforeAll(async () => {
    aura = await startAura({ keys: [{ id: "key-1", name: "key", tenant_id: TENANT }] });
    stack = new AuraStack(aura.url);
    stack.instance(DECLARED);
    expect((await stack.up()).result).toBe("succeeded");
    id = aura.simulation.state.instances[0]?.id ?? "";
    const { name, memory, storage, type, cloud_provider, region, tenant_id, status, ...rest } =
      aura.simulation.cloud.getInstance(id);
    const { secondaries_count, cdc_enrichment_mode, customer_managed_key_id } = rest;
    const { vector_optimized, graph_analytics_plugin } = rest;
    whole = {
      ...{ name, memory, storage, type, cloud_provider, region, tenant_id, status },
      ...{ secondaries_count, cdc_enrichment_mode, customer_managed_key_id },
      ...{ vector_optimized, graph_analytics_plugin },
    };
  });
  afterAll(() => aura.close());

  it("is looked for in every property that the program can set", async () => {
    const { instanceSchema } = await import("../src/instance/inputs.ts");
    const covered = [...MUTATIONS.map(([property]) => property), ...NOT_LIVE];
    expect(covered.sort()).toEqual(Object.keys(instanceSchema.shape).sort());
  });

  it("is not found where there is none", async () => {
    expect((await stack.preview({ refresh: true })).steps).toEqual(["refresh graph"]);
    const { changes } = await stack.refresh();
    expect(changes).not.toHaveProperty("update");
  });

  it("is not found in data that somebody writes", async () => {
    aura.simulation.edit(id, { contents: "a trial more" });
    expect((await stack.refresh()).changes).not.toHaveProperty("update");
  });

  it.each(MUTATIONS)("is found in %s, and undone", async (property, edit, steps) => {
    aura.simulation.edit(id, edit);
    const run = await stack.preview({ refresh: true });
    aura.simulation.edit(id, whole);
    expect([run.result, run.steps]).toEqual(["succeeded", steps]);
    expect(await stack.find()).toMatchObject({ inputs: DECLARED });
    expect(property).toBeTypeOf("string");
  });

  it("is recorded by a refresh, and the password is kept", async () => {
    const password = await stack.password();
    aura.simulation.edit(id, { memory: "8GB" });
    expect((await stack.refresh()).changes).toMatchObject({ update: 1 });
    expect(await stack.find()).toMatchObject({ inputs: { memory: "8GB" }, outputs: { memory: "8GB" } });
    expect(await stack.password()).toBe(password);
    expect((await stack.up()).steps).toEqual(["update graph"]);
    expect(aura.simulation.cloud.getInstance(id).memory).toBe("4GB");
  });

  it("is found in an instance that is gone or going, which is then made again", async () => {
    aura.simulation.edit(id, { status: "destroying" });
    expect((await stack.preview({ refresh: true })).steps).toEqual(["refresh graph", "create graph"]);
    aura.simulation.remove(id);
    expect((await stack.refresh()).changes).toMatchObject({ delete: 1 });
    expect((await stack.up()).steps).toEqual(["create graph"]);
  });
});

describe("a property that the program does not name", () => {
  it("is left as somebody set it", async () => {
    const aura = await startAura();
    const stack = new AuraStack(aura.url);
    stack.instance({ type: "business-critical" });
    await stack.up();
    const [instance] = aura.simulation.state.instances;
    aura.simulation.edit(instance?.id ?? "", { secondaries_count: 2, storage: "64GB" });
    expect((await stack.refresh()).result).toBe("succeeded");
    expect(await stack.find()).toMatchObject({ outputs: { storage: "64GB", secondariesCount: 2 } });
    expect((await stack.up()).steps).toEqual([]);
    await aura.close();
  });
});
