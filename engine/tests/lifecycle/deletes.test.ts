import { describe, expect, it } from "vitest";
import { Secret } from "../../src/protocol/property-value.ts";
import type { ProgramApi } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING, urnOf } from "./cloud.ts";

const nothing = program(async () => undefined);

describe("deleting", () => {
  it("never happens when the program failed", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "a")));
    const failing = program(() => Promise.reject(new Error("thrown")));
    const run = await stack.up(failing);
    expect(run.told).toEqual(["thrown"]);
    expect(cloud.objects.size).toBe(1);
    expect(run.snapshot.resources).toHaveLength(3);
  });

  it("never happens after a step failed, although the program ends well", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "a")));
    cloud.failures.set("create b", "refused");
    const run = await stack.up(program((p) => p.resource(THING, "b")));
    expect(run.told).toEqual(["refused", "update failed"]);
    expect(run.steps).not.toContain("delete a");
    expect(cloud.objects.size).toBe(1);
  });

  it("takes dependents first, then what they need, providers last", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(
      program(async (p) => {
        const group = await p.component(GROUP, "g");
        const a = await p.resource(THING, "a", {}, { parent: group.urn });
        const b = await p.resource(THING, "b", {}, { dependencies: [a.urn] });
        await p.resource(THING, "c", {}, { deletedWith: b.urn });
      }),
    );
    cloud.takeCalls();
    const run = await stack.destroy();
    expect(run.steps.slice(0, 3)).toEqual(["delete c", "delete b", "delete a"]);
    expect(cloud.takeCalls()).toEqual(["delete b", "delete a"]);
    expect(run.snapshot.resources).toEqual([]);
  });

  it("takes what is in a component before it, and what needs a component before all that is in that", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(
      program(async (p) => {
        const network = await p.component(GROUP, "network");
        const inner = await p.component(GROUP, "inner", { parent: network.urn });
        const gate = await p.resource(THING, "gate", {}, { parent: inner.urn });
        const servers = await p.component(GROUP, "servers", { dependencies: [network.urn] });
        await p.resource(THING, "rule", {}, { parent: servers.urn, dependencies: [gate.urn] });
      }),
    );
    const run = await stack.destroy();
    expect(run.steps.slice(0, 5)).toEqual(
      ["rule", "servers", "gate", "inner", "network"].map((name) => `delete ${name}`),
    );
  });

  it("spares what a failed deletion still needs, and goes on with the rest", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(
      program(async (p) => {
        const a = await p.resource(THING, "a");
        await p.resource(THING, "b", {}, { dependencies: [a.urn] });
        await p.resource(THING, "free");
      }),
    );
    cloud.failures.set("delete b", "in use");
    const run = await stack.destroy({ continueOnError: true });
    expect(run.result).toBe("failed");
    expect(run.snapshot.resources.map((r) => r.urn.split("::")[3])).toEqual([
      "proj-test",
      "default",
      "a",
      "b",
    ]);
    const maybe = run.events.find((e) => e.kind === "summary");
    expect(maybe).toMatchObject({ maybeCorrupt: true, result: "failed" });
  });

  it("is refused for each protected resource, one message each", async () => {
    const stack = new Cloud().stack();
    await stack.up(
      program(async (p) => {
        await p.resource(THING, "a", {}, { protect: true });
        await p.resource(THING, "b", {}, { protect: true });
        await p.resource(THING, "c");
      }),
    );
    const preview = await stack.preview(nothing);
    expect(preview.told[0]).toContain("Preview failed: resource");
    const run = await stack.destroy();
    expect(run.told).toHaveLength(3);
    expect(run.changes).toEqual({ delete: 1 });
    const kept = await stack.destroy({ excludeProtected: true });
    expect(kept.result).toBe("succeeded");
    expect(kept.snapshot.resources).toHaveLength(4);
    const destroyed = await stack.destroy({ ignoreProtect: true });
    expect(destroyed.told).toEqual([]);
    expect(destroyed.snapshot.resources).toEqual([]);
  });

  it("keeps what the new object needs where what is protected needs a resource of which an old one is left", async () => {
    const stack = new Cloud().stack();
    const keeper = (p: ProgramApi) =>
      p.resource(THING, "keeper", {}, { protect: true, replaceWith: [urnOf("host")] });
    await stack.up(
      program(async (p) => {
        await p.resource(THING, "host", { zone: "east", replaceOn: ["zone"] });
        await keeper(p);
      }),
    );
    const halfway = await stack.up(
      program(async (p) => {
        const { urn } = await p.resource(THING, "base");
        await p.resource(THING, "host", { zone: "west", replaceOn: ["zone"] }, { dependencies: [urn] });
      }),
    );
    expect(halfway.told).toEqual([expect.stringContaining("protected"), "update failed"]);
    const kept = await stack.destroy({ excludeProtected: true });
    expect(kept.told).toEqual([]);
    expect((await stack.store.load()).resources.map(({ urn }) => urn)).toContain(urnOf("base"));
  });

  it("spares what a protected resource needs where the program of a destroy calls it by another name", async () => {
    const stack = new Cloud().stack();
    await stack.up(
      program(async (p) => {
        const { urn } = await p.resource(THING, "base");
        await p.resource(THING, "keeper", {}, { protect: true, dependencies: [urn] });
      }),
    );
    const renamed = program((p) => {
      const aliases = [{ kind: "urn" as const, urn: urnOf("base") }];
      return p.resource(THING, "base under another name", {}, { aliases });
    });
    const run = await stack.destroy({ runProgram: true }, { program: renamed });
    expect(run.told).toEqual([expect.stringContaining("protected"), "update failed"]);
    expect((await stack.store.load()).resources.map(({ id }) => id)).toContain("base-1");
  });

  it("of a target takes along what is recorded below it, also where the program of a destroy has it elsewhere now", async () => {
    const stack = new Cloud().stack();
    const groups = (isMoved: boolean) =>
      program(async (p) => {
        const { urn: parent } = await p.component(GROUP, "outer");
        const below = `urn:pulumi:test::proj::${GROUP}$${GROUP}::inner`;
        const aliases = [{ kind: "urn" as const, urn: below }];
        await p.component(GROUP, "inner", isMoved ? { aliases } : { parent });
      });
    await stack.up(groups(false));
    const options = { runProgram: true, targets: ["**::outer"], targetDependents: true };
    const run = await stack.destroy(options, { program: groups(true) });
    expect(run.told).toEqual([]);
    expect((await stack.store.load()).resources.map(({ type }) => type)).not.toContain(GROUP);
  });

  it("leaves secret what was, where the program of a destroy that fails does not say so any more", async () => {
    const stack = new Cloud().stack();
    const keys = (protect: boolean, additionalSecretOutputs: readonly string[]) =>
      program((p) => p.resource(THING, "a", { key: "hidden" }, { protect, additionalSecretOutputs }));
    await stack.up(keys(false, ["key"]));
    const run = await stack.destroy({ runProgram: true }, { program: keys(true, []) });
    expect(run.result).toBe("failed");
    const { snapshot } = await stack.refresh();
    expect(snapshot.resources.at(-1)?.outputs["key"]).toEqual(new Secret("hidden"));
  });

  it("only forgets what is to be retained, and what was only read", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext-1", { value: 1 });
    const stack = cloud.stack();
    await stack.up(
      program(async (p) => {
        await p.resource(THING, "kept", {}, { retainOnDelete: true });
        await p.read(THING, "ext", "ext-1");
      }),
    );
    cloud.takeCalls();
    const run = await stack.up(nothing);
    expect(run.steps).toContain("delete kept");
    expect(run.steps).toContain("discard ext");
    expect(cloud.takeCalls()).toEqual([]);
    expect(cloud.objects.size).toBe(2);
  });

  it("works on an empty stack", async () => {
    const run = await new Cloud().stack().destroy();
    expect(run).toMatchObject({ result: "succeeded", changes: {}, steps: [] });
  });

  it("with the program running answers without an id what needs something that is not there", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "a", { value: 1 })));
    cloud.takeCalls();
    const answers: unknown[] = [];
    const grown = program(async (p) => {
      const b = await p.resource(THING, "b");
      const group = await p.component(GROUP, "g", { dependencies: [b.urn] });
      const a = await p.resource(THING, "a", { value: 2 }, { dependencies: [group.urn] });
      answers.push([b.id, b.outputs], [a.id, a.outputs["value"]]);
    });
    const run = await stack.destroy({ runProgram: true }, { program: grown });
    expect(answers).toEqual([
      ["", {}],
      ["", 1],
    ]);
    expect(cloud.takeCalls()).toEqual(["delete a"]);
    expect(run.snapshot.resources).toEqual([]);
  });

  it("with the program running registers everything, then deletes it", async () => {
    const cloud = new Cloud();
    cloud.objects.set("ext-1", {});
    const stack = cloud.stack();
    const both = (more: boolean) =>
      program(async (p) => {
        await p.component(GROUP, "g");
        const a = await p.resource(THING, "a", { value: 1 });
        await p.read(THING, "ext", "ext-1");
        if (!more) return;
        const fresh = await p.resource(THING, "fresh");
        await p.resource(THING, "on-fresh", {}, { dependencies: [fresh.urn, a.urn] });
      });
    await stack.up(both(false));
    cloud.takeCalls();
    const run = await stack.destroy({ runProgram: true }, { program: both(true) });
    expect(run.result).toBe("succeeded");
    expect(cloud.takeCalls()).toEqual(["delete a"]);
    expect(run.snapshot.resources).toEqual([]);
  });
});
