import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import { ARGS, AuraStack } from "./aura-stack.ts";

describe("data snapshots", () => {
  let aura: Aura;
  let stack: AuraStack;
  let triggers: { readonly [name: string]: string } = { release: "1" };
  const instanceOf = (id: string) => aura.simulation.cloud.getInstance(id);
  const graph = async () => instanceOf((await stack.find())?.id ?? "");
  const snapshotOf = async (name = "before") => String((await stack.find(name))?.outputs["snapshotId"]);

  beforeAll(async () => {
    aura = await startAura();
    stack = new AuraStack(aura.url);
    stack.program(async ({ resource }) => {
      const { id } = await resource("aura:index:Instance", "graph", ARGS);
      await resource("aura:index:Snapshot", "before", { instanceId: id, triggers });
      return {};
    });
    expect((await stack.up()).steps).toEqual(["create graph", "create before"]);
    aura.simulation.edit((await graph()).id, { contents: "later" });
  });
  afterAll(() => aura.close());

  it("are taken, waited for, and left alone afterwards", async () => {
    const { id, snapshots } = await graph();
    expect(snapshots).toMatchObject([{ status: "Completed", profile: "AdHoc" }]);
    expect(await stack.find("before")).toMatchObject({
      id: `${id}/${snapshots[0]?.snapshot_id}`,
      outputs: { status: "Completed", profile: "AdHoc", timestamp: expect.stringMatching(/Z$/) },
    });
    expect((await stack.up()).steps).toEqual([]);
    expect((await stack.refresh()).changes).not.toHaveProperty("update");
  });

  it("are taken anew when a trigger changes; the old one stays at Aura", async () => {
    triggers = { release: "2" };
    expect((await stack.up()).steps).toEqual([
      "create-replacement before",
      "replace before",
      "delete-replaced before",
    ]);
    expect((await graph()).snapshots).toHaveLength(2);
  });

  it("bring an instance's data back in place, after another one is taken of what is there", async () => {
    const { id, snapshots } = await graph();
    const first = snapshots.at(-1)?.snapshot_id ?? "";
    stack.instance({ restoreFrom: { snapshotId: first }, memory: "4GB" });
    expect((await stack.up()).steps).toEqual(["update graph", "delete before"]);
    expect(await graph()).toMatchObject({ id, contents: "", memory: "4GB", status: "running" });
    expect((await graph()).snapshots).toMatchObject([{ contents: "later" }, {}, {}]);
    expect((await stack.up()).steps).toEqual([]);
  });

  it("fill a new instance from another one's", async () => {
    const { id, snapshots } = await graph();
    const restoreFrom = { instanceId: id, snapshotId: snapshots[0]?.snapshot_id ?? "" };
    stack.program(async ({ resource }) => {
      await resource("aura:index:Instance", "graph", { ...ARGS, memory: "4GB" });
      await resource("aura:index:Instance", "copy", { ...ARGS, name: "copy", restoreFrom });
      return {};
    });
    expect((await stack.up()).steps).toEqual(["create copy"]);
    const copy = instanceOf((await stack.find("copy"))?.id ?? "");
    expect(copy).toMatchObject({ contents: "later", status: "running" });
  });

  it("overwrite an instance by another one's", async () => {
    const source = await graph();
    const restoreFrom = { instanceId: source.id, snapshotId: source.snapshots.at(-1)?.snapshot_id ?? "" };
    stack.program(async ({ resource }) => {
      await resource("aura:index:Instance", "graph", { ...ARGS, memory: "4GB" });
      const args = { ...ARGS, name: "copy", restoreFrom, snapshotBeforeChange: false };
      await resource("aura:index:Instance", "copy", args);
      return {};
    });
    expect((await stack.up()).steps).toEqual(["update copy"]);
    expect(instanceOf((await stack.find("copy"))?.id ?? "")).toMatchObject({ contents: "", snapshots: [] });
  });

  it("that cannot be loaded leave a clear error, and another one mends it", async () => {
    const { snapshots } = await graph();
    const [latest, , first] = snapshots.map(({ snapshot_id }) => snapshot_id);
    aura.simulation.inject({ kind: "loading-failed", method: "POST", path: "/v1/instances/", after: 1 });
    stack.instance({ restoreFrom: { snapshotId: latest ?? "" }, memory: "4GB" });
    const { result, text } = await stack.up();
    expect([result, text]).toEqual([
      "failed",
      expect.stringContaining("is `loading failed` after its data were"),
    ]);
    stack.instance({ restoreFrom: { snapshotId: first ?? "" }, memory: "4GB" });
    expect((await stack.up()).result).toBe("succeeded");
    expect(await graph()).toMatchObject({ status: "running", contents: "" });
  });

  it.each([
    [0, "reset-before"],
    [1, "reset-after"],
    [2, "ongoing-operation"],
  ] as const)("bring data back (the one at %i) after %s on the way", async (index, kind) => {
    const { id, snapshots } = await graph();
    const snapshotId = snapshots[index]?.snapshot_id ?? "";
    aura.simulation.edit(id, { contents: "overwritten" });
    stack.instance({ restoreFrom: { snapshotId }, memory: "4GB", snapshotBeforeChange: false });
    aura.simulation.inject({ kind, method: "POST", path: `/v1/instances/${id}/snapshots/` });
    expect((await stack.up()).result).toBe("succeeded");
    expect((await graph()).contents).not.toBe("overwritten");
  });

  it("that do not exist are told", async () => {
    stack.instance({ restoreFrom: { snapshotId: "none" }, memory: "4GB", snapshotBeforeChange: false });
    const { text } = await stack.up();
    expect(text).toContain("The snapshot does not exist (404, snapshot-not-found");
  });

  it("that fail are told, and not recorded", async () => {
    const { id } = await graph();
    stack.program(async ({ resource }) => {
      await resource("aura:index:Snapshot", "failing", { instanceId: id });
      return {};
    });
    aura.simulation.inject({ kind: "snapshot-failed", method: "POST" });
    const { result, text } = await stack.up({
      targets: [stack.urn("failing").replace("Instance", "Snapshot")],
    });
    expect([result, text]).toEqual(["failed", expect.stringContaining("is `failed`; run the command again")]);
    expect(await stack.find("failing")).toBeUndefined();
  });

  it("are taken once where the answer is lost", async () => {
    const { id, snapshots } = await graph();
    const count = snapshots.length;
    stack.program(async ({ resource }) => {
      await resource("aura:index:Instance", "graph", { ...ARGS, memory: "4GB" });
      await resource("aura:index:Snapshot", "once", { instanceId: id });
      return {};
    });
    aura.simulation.inject({ kind: "reset-after", method: "POST", path: `/v1/instances/${id}/snapshots` });
    expect((await stack.up()).result).toBe("succeeded");
    expect((await graph()).snapshots).toHaveLength(count + 1);
    expect(await snapshotOf("once")).toBe((await graph()).snapshots[0]?.snapshot_id);
  });

  it("need a running instance, and an instance at all", async () => {
    const { id } = await graph();
    aura.simulation.edit(id, { status: "paused" });
    stack.program(async ({ resource }) => {
      await resource("aura:index:Snapshot", "paused", { instanceId: id });
      return {};
    });
    const target = { targets: [stack.urn("paused").replace("Instance", "Snapshot")] };
    expect((await stack.up(target)).text).toContain(
      `a data snapshot needs a running instance; ${id} is \`paused\``,
    );
    stack.program(async ({ resource }) => {
      await resource("aura:index:Snapshot", "paused", { instanceId: "" });
      return {};
    });
    expect((await stack.preview(target)).text).toContain("is empty");
    aura.simulation.edit(id, { status: "running" });
  });

  it("of a new instance must name their source", async () => {
    stack.program(async ({ resource }) => {
      await resource("aura:index:Instance", "new", {
        ...ARGS,
        name: "new",
        restoreFrom: { snapshotId: "s" },
      });
      return {};
    });
    const { text } = await stack.up({ targets: [stack.urn("new")] });
    expect(text).toContain("a new instance has no data snapshots of its own");
  });
});

describe("import", () => {
  let aura: Aura;
  let id: string;
  beforeAll(async () => {
    aura = await startAura();
    const owner = new AuraStack(aura.url);
    owner.instance({ type: "business-critical", secondariesCount: 1 });
    await owner.up();
    id = aura.simulation.state.instances[0]?.id ?? "";
  });
  afterAll(() => aura.close());

  it("takes an instance over with the password that the program gives", async () => {
    const stack = new AuraStack(aura.url);
    const args = { type: "business-critical", secondariesCount: 1, password: "known" };
    stack.instance(args, { importId: id });
    const { result, steps } = await stack.up();
    expect([result, steps]).toEqual(["succeeded", ["import graph", "update graph"]]);
    expect(await stack.password()).toBe("known");
    expect((await stack.up()).steps).toEqual([]);
  });

  it("is refused without a password", async () => {
    const stack = new AuraStack(aura.url);
    stack.instance({ type: "business-critical", secondariesCount: 1 }, { importId: id });
    const { result, text } = await stack.up();
    expect(result).toBe("failed");
    expect(text).toContain(`the password of the instance ${id} is not known`);
  });

  it("brings the instance to what the program wants", async () => {
    const stack = new AuraStack(aura.url);
    stack.instance({ type: "business-critical", memory: "8GB", password: "known" }, { importId: id });
    expect((await stack.up()).steps).toEqual(["import graph", "update graph"]);
    expect(aura.simulation.cloud.getInstance(id)).toMatchObject({ memory: "8GB", secondaries_count: 1 });
  });

  it("is refused of what does not exist", async () => {
    const stack = new AuraStack(aura.url);
    stack.instance({}, { importId: "ffffffff" });
    expect((await stack.up()).text).toContain("does not exist");
  });
});
