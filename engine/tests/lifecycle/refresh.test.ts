import { describe, expect, it } from "vitest";
import { PartialFailure } from "../../src/providers/provider.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

const two = program(async (p) => {
  await p.resource(THING, "a", { value: 1 });
  await p.resource(THING, "b", { value: 1 });
});

const three = program(async (p) => {
  const group = await p.component(GROUP, "g");
  const a = await p.resource(THING, "a", { value: 1 }, { parent: group.urn });
  const b = await p.resource(
    THING,
    "b",
    { of: a.id },
    {
      dependencies: [a.urn],
      propertyDependencies: { of: [a.urn], none: [] },
      parent: a.urn,
      deletedWith: a.urn,
      replaceWith: [a.urn],
    },
  );
  return b;
});

const alias = (name: string) => ({
  kind: "spec" as const,
  ...{ name, type: undefined, stack: undefined, project: undefined, parent: undefined },
});

describe("a refresh", () => {
  it("takes over what is found, and counts it by what it found", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(three);
    expect((await stack.refresh()).changes).toEqual({ same: 4 });
    cloud.objects.set("a-1", { value: 2, extra: 3 });
    const preview = await stack.refresh({ preview: true });
    expect(preview.changes).toEqual({ same: 3, update: 1 });
    expect(preview.snapshot.resources.find((r) => r.id === "a-1")?.inputs).toEqual({ value: 1 });
    const run = await stack.refresh();
    expect(run.changes).toEqual({ same: 3, update: 1 });
    const told = run.events.find((e) => e.kind === "resource-outputs" && e.step.op === "update");
    expect(told).toMatchObject({ step: { diffs: ["extra", "value"] } });
    expect(run.snapshot.resources.find((r) => r.id === "a-1")?.inputs).toEqual({ value: 2, extra: 3 });
    expect((await stack.up(three)).steps).toContain("update a");
  });

  it("drops what is gone, with every reference to it", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(three);
    cloud.objects.delete("a-1");
    const run = await stack.refresh();
    expect(run.changes).toEqual({ delete: 1, same: 3 });
    const b = run.snapshot.resources.find((r) => r.urn.endsWith("::b"));
    expect(b).toMatchObject({
      dependencies: [],
      propertyDependencies: {},
      deletedWith: "",
      replaceWith: [],
      parent: "",
    });
  });

  it("gives every object its turn when some cannot be read", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(three);
    cloud.failures.set("read a", "no access");
    cloud.objects.set("b-2", { of: "other" });
    const run = await stack.refresh();
    expect(run.told).toEqual(["no access", "update failed"]);
    expect(run.snapshot.resources.find((r) => r.id === "b-2")?.inputs).toEqual({ of: "other" });
    expect(run.snapshot.resources.find((r) => r.id === "a-1")).toBeDefined();
  });

  it("warns of objects that are not ready, and has the next update mend them", async () => {
    const cloud = new Cloud();
    const sick = new PartialFailure("sick", {
      id: "a-1",
      outputs: { value: 1 },
      inputs: { value: 1 },
      reasons: ["no heart"],
    });
    let isSick = true;
    const stack = cloud.stack({
      functions: {
        read: async ({ id, inputs, state }) => {
          if (isSick && id === "a-1") throw sick;
          return { id, inputs, outputs: state };
        },
      },
    });
    await stack.up(three);
    const run = await stack.refresh();
    expect(run.result).toBe("succeeded");
    const warnings = run.events.filter((e) => e.kind === "diagnostic" && e.diagnostic.severity === "warning");
    expect(warnings).toMatchObject([
      { diagnostic: { message: "Refreshed resource is in an unhealthy state:\n* no heart\n" } },
    ]);
    isSick = false;
    expect((await stack.up(three)).steps).toContain("update a");
  });

  it("comes before an update that asks for it", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(three);
    cloud.objects.delete("b-2");
    const run = await stack.up(three, { refresh: true });
    expect(run.steps.filter((step) => step.startsWith("refresh"))).toHaveLength(5);
    expect(run.changes).toEqual({ create: 1, same: 3 });
    expect(cloud.objects.size).toBe(2);
  });

  it("comes before an update for resources that ask for it", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({
      functions: {
        create: async ({ name, inputs, preview }) => ({
          id: preview ? "" : name,
          outputs: inputs,
          refreshBeforeUpdate: name === "a",
        }),
        read: async ({ id, inputs, state }) => ({ id, inputs, outputs: state, refreshBeforeUpdate: true }),
      },
    });
    await stack.up(three);
    const run = await stack.up(three);
    expect(run.steps.filter((step) => step.startsWith("refresh"))).toEqual(["refresh a"]);
  });

  it("comes before an update for what asked for it while it was not ready yet", async () => {
    const unready = (id: string) => {
      const object = { id, outputs: {}, inputs: {}, reasons: ["booting"], refreshBeforeUpdate: true };
      return Promise.reject(new PartialFailure("not ready", object));
    };
    const stack = new Cloud().stack({
      functions: {
        create: async ({ inputs, preview }) => (preview ? { id: "", outputs: inputs } : unready("a-1")),
        read: ({ id }) => unready(id),
        update: ({ id }) => unready(id),
      },
    });
    const one = program((p) => p.resource(THING, "a"));
    await stack.up(one);
    for (let run = 1; run <= 2; run++) {
      expect((await stack.up(one)).steps).toEqual([
        ...["refresh a", "same proj-test", "same default", "update a"],
      ]);
    }
  });

  it("keeps to its targets, their dependents, or all but the excludes", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(three);
    const a = run.snapshot.resources.find((r) => r.id === "a-1")?.urn ?? "";
    expect((await stack.refresh({ targets: [a] })).steps).toEqual(["refresh a"]);
    expect((await stack.refresh({ targets: [a], targetDependents: true })).steps).toEqual([
      "refresh a",
      "refresh b",
    ]);
    const served = await stack.refresh({ targets: ["**::default"], targetDependents: true });
    expect(served.steps).toEqual(["refresh default"]);
    const excluded = await stack.refresh({ excludes: [a], excludeDependents: true });
    expect(excluded.steps).toEqual(
      ["refresh proj-test", "refresh default", "refresh g"].sort((x, y) => (x < y ? 1 : -1)),
    );
    expect((await stack.refresh({ excludes: [a] })).steps).toContain("refresh b");
    await expect(stack.refresh({ targets: [`${a}x`] })).rejects.toThrow(`no resource named '${a}x' found`);
  });

  it("compares the outputs of what was only read", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext", { value: 1 });
    const stack = cloud.stack();
    await stack.up(program((p) => p.read(THING, "x", "ext")));
    expect((await stack.refresh()).changes).toEqual({ same: 2 });
    cloud.objects.set("ext", { value: 2 });
    expect((await stack.refresh()).changes).toEqual({ same: 1, update: 1 });
  });

  it("with the program reads what the program registers, and what it does not", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(
      program(async (p) => {
        await p.resource(THING, "a", { value: 1 });
        await p.resource(THING, "gone", {});
        await p.resource(THING, "extra", { value: 1 });
      }),
    );
    cloud.objects.set("a-1", { value: 2 });
    cloud.objects.delete("gone-2");
    const unknown: string[] = [];
    const run = await stack.refresh(
      { runProgram: true },
      {
        program: program(async (p) => {
          await p.resource(THING, "a", { value: 1 });
          await p.resource(THING, "gone", {});
          const fresh = await p.register({
            type: THING,
            name: "fresh",
            custom: true,
            provider: await p.provider("fake", "p"),
            parent: p.stack,
          });
          unknown.push(`${fresh.unknown}`);
        }),
      },
    );
    expect(run.result).toBe("succeeded");
    expect(unknown).toEqual(["true"]);
    expect(run.steps).toContain("refresh extra");
    const names = run.snapshot.resources.map((r) => r.urn.split("::")[3]);
    expect(names).not.toContain("gone");
    expect(names).not.toContain("fresh");
    expect(run.snapshot.resources.find((r) => r.id === "a-1")?.inputs).toEqual({ value: 2 });
    expect(cloud.calls.filter((call) => call.startsWith("update"))).toEqual([]);
  });

  it("with the program records names and options as the program has them now, and the object as it is", async () => {
    const stack = new Cloud().stack();
    await stack.up(
      program(async (p) => {
        const before = await p.resource(THING, "before", { value: 1 });
        await p.resource(THING, "child", {}, { parent: before.urn });
      }),
    );
    const renamed = program(async (p) => {
      const options = { aliases: [alias("before")], protect: true, ignoreChanges: ["value"] };
      const now = await p.resource(THING, "now", { value: 2 }, options);
      await p.resource(THING, "child", {}, { parent: now.urn });
    });
    const run = await stack.refresh({ runProgram: true }, { program: renamed });
    expect(run.told).toEqual([]);
    expect(run.changes).toEqual({ same: 3 });
    const [now, child] = run.snapshot.resources.slice(-2);
    expect(now).toMatchObject({
      id: "before-1",
      protect: true,
      ignoreChanges: ["value"],
      inputs: { value: 1 },
    });
    expect(now?.urn).toBe("urn:pulumi:test::proj::fake:index:Thing::now");
    expect(child).toMatchObject({ id: "child-2", parent: now?.urn });
  });

  it("with the program knows the children of what is gone by their names, in the next update too", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const family = program(async (p) => {
      const parent = await p.resource(THING, "parent", {});
      await p.resource(THING, "child", {}, { parent: parent.urn, dependencies: [parent.urn] });
    });
    const made = await stack.up(family);
    const { urn } = made.snapshot.resources.at(-1) ?? {};
    cloud.objects.delete("parent-1");
    const run = await stack.refresh({ runProgram: true }, { program: family });
    expect(run.told).toEqual([]);
    expect(run.snapshot.resources.at(-1)).toMatchObject({ urn, parent: "", dependencies: [] });
    cloud.takeCalls();
    expect((await stack.up(family)).changes).toEqual({ create: 1, same: 2 });
    expect(cloud.takeCalls()).toEqual(["create parent"]);
  });

  it("of an update that runs the program continues with what it found", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(two);
    cloud.objects.set("a-1", { value: 2 });
    cloud.objects.delete("b-2");
    cloud.takeCalls();
    const run = await stack.up(two, { refresh: true, runProgram: true });
    expect(run.result).toBe("succeeded");
    expect(cloud.takeCalls()).toEqual(["update a", "create b"]);
    expect([...cloud.objects.values()]).toEqual([{ value: 1 }, { value: 1 }]);
    cloud.failures.set("read a", "no access");
    const failed = await stack.up(two, { refresh: true, runProgram: true });
    expect(failed.told).toEqual(["no access", "no access"]);
  });

  it("with the program ends where an object cannot be read, also where other failures would not end it", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(two);
    cloud.failures.set("read a", "no access");
    const run = await stack.refresh({ runProgram: true, continueOnError: true }, { program: two });
    expect(run.told).toEqual(["no access", "no access"]);
    expect(run.steps).not.toContain("refresh b");
    expect(run.snapshot.resources).toHaveLength(4);
  });

  it("with the program leaves copies that wait for their deletion", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (region: string) => program((p) => p.resource(THING, "a", { region }));
    await stack.up(one("north"));
    cloud.failures.set("delete a", "not now");
    await stack.up(one("south"));
    const run = await stack.refresh({ runProgram: true }, { program: program(async () => undefined) });
    expect(run.steps.filter((step) => step === "refresh a")).toHaveLength(1);
    expect(run.snapshot.resources.map((r) => r.id)).toContain("a-1");
  });

  it("with the program leaves dependents that do not register", async () => {
    const stack = new Cloud().stack();
    const made = await stack.up(three);
    const targets = made.snapshot.resources.filter((r) => r.urn.endsWith("::a")).map((r) => r.urn);
    const nothing = program(async () => undefined);
    const run = await stack.refresh(
      { runProgram: true, targets, targetDependents: true },
      { program: nothing },
    );
    expect(run.steps).toEqual(["same proj-test", "refresh a"]);
    const plain = await stack.refresh({ targets, targetDependents: true });
    expect(plain.steps).toEqual(["refresh a", "refresh b"]);
  });

  it("tells of changed outputs alone where that is wanted", async () => {
    const cloud = new Cloud();
    const read = async ({ id }: { id: string }) => ({
      id,
      inputs: { value: 1 },
      outputs: { value: 1, more: 2 },
    });
    const stack = cloud.stack({ functions: { read } });
    await stack.up(program((p) => p.resource(THING, "a", { value: 1 })));
    expect((await stack.refresh({ preview: true })).changes).toEqual({ same: 2 });
    expect((await stack.refresh({ legacyRefreshDiff: true })).changes).toEqual({ same: 1, update: 1 });
  });

  it("with the program tells what waits for its replacement as changed", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (region: string) =>
      program((p) => p.resource(THING, "a", { region }, { deleteBeforeReplace: true }));
    await stack.up(one("north"));
    cloud.failures.set("create a", "no room");
    await stack.up(one("south"));
    const run = await stack.refresh({ runProgram: true }, { program: one("south") });
    expect(run.changes).toEqual({ same: 1, update: 1 });
    expect(run.snapshot.resources.at(-1)).toMatchObject({ id: "a-1", pendingReplacement: true });
  });

  it("with the program carries over what an untargeted component was made after", async () => {
    const stack = new Cloud().stack();
    const grouped = program(async (p) => {
      const a = await p.resource(THING, "a");
      await p.component(GROUP, "g", { dependencies: [a.urn] });
      await p.resource(THING, "b");
    });
    const made = await stack.up(grouped);
    const targets = made.snapshot.resources.filter((r) => r.urn.endsWith("::b")).map((r) => r.urn);
    const run = await stack.refresh({ runProgram: true, targets }, { program: grouped });
    expect(run.steps).toEqual(["same proj-test", "same default", "same a", "same g", "refresh b"]);
  });
});
