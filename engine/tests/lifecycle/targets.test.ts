import { describe, expect, it } from "vitest";
import { fakeHost } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING, urnOf as urn } from "./cloud.ts";

const chain = (value: number, names: readonly string[] = ["a", "b", "c"]) =>
  program(async (p) => {
    let before: string[] = [];
    for (const name of names) {
      const made = await p.resource(THING, name, { value }, { dependencies: before });
      before = [made.urn];
    }
    await p.resource(THING, "free", { value });
  });

describe("targets", () => {
  it("leave everything else as it is recorded", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    const run = await stack.up(chain(2), { targets: [urn("b")] });
    expect(cloud.takeCalls()).toEqual(["update b"]);
    expect(run.changes).toEqual({ same: 4, update: 1 });
  });

  it("extend to dependents where asked to, but not through providers", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    await stack.up(chain(2), { targets: [urn("b")], targetDependents: true });
    expect(cloud.takeCalls()).toEqual(["update b", "update c"]);
  });

  it("leave copies that wait for their deletion, and count them", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const two = (region: string) =>
      program(async (p) => {
        await p.resource(THING, "a", { region });
        await p.resource(THING, "b");
      });
    await stack.up(two("north"));
    cloud.failures.set("delete a", "not now");
    await stack.up(two("south"));
    const run = await stack.destroy({ targets: [urn("b")] });
    expect(run.changes).toEqual({ delete: 1, same: 3 });
    expect(run.snapshot.resources.map((r) => [r.id, r.delete])).toContainEqual(["a-1", true]);
  });

  it("may be globs", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    await stack.up(chain(2), { targets: ["**Thing::f*"] });
    expect(cloud.takeCalls()).toEqual(["update free"]);
  });

  it("skip creations that are not among them", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const run = await stack.up(chain(1), { targets: [urn("a")] });
    expect(cloud.takeCalls()).toEqual(["create a"]);
    expect(run.snapshot.resources.map((r) => r.urn)).not.toContain(urn("free"));
    expect(run.changes).toEqual({ create: 2, same: 3 });
  });

  it("must not need a creation that is skipped", async () => {
    const stack = new Cloud().stack();
    const run = await stack.up(chain(1), { targets: [urn("b")] });
    expect(run.told).toEqual([
      `Resource '${urn("b")}' depends on '${urn("a")}' which was was not specified in --target list.`,
    ]);
    const preview = await stack.preview(chain(1), { targets: [urn("b")] });
    expect(preview.steps).toContain("create free".replace("free", "b"));
    expect(preview.told.at(-1)).toBe("preview failed");
  });

  it("must exist somewhere", async () => {
    const stack = new Cloud().stack();
    await stack.up(chain(1));
    const run = await stack.up(chain(1), { targets: [urn("nowhere")] });
    expect(run.told).toEqual([expect.stringContaining("could not be found in the stack")]);
    expect(run.result).toBe("failed");
  });

  it("must be recorded where no program could make them", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    const refused = { code: "target-absent", message: `no resource named '${urn("nowhere")}' found` };
    await expect(stack.destroy({ targets: [urn("a"), urn("nowhere")] })).rejects.toMatchObject(refused);
    await expect(stack.refresh({ excludes: [urn("nowhere")] })).rejects.toMatchObject(refused);
    expect(cloud.takeCalls()).toEqual([]);
    expect((await stack.destroy({ targets: ["**nowhere"] })).result).toBe("succeeded");
  });

  it("keep recorded dependencies of the untargeted in front of them, also when the program lost them", async () => {
    const stack = new Cloud().stack();
    await stack.up(chain(1));
    const without = program(async (p) => {
      await p.resource(THING, "c", { value: 1 });
      await p.resource(THING, "free", { value: 2 });
    });
    const run = await stack.up(without, { targets: [urn("free")] });
    expect(run.result).toBe("succeeded");
    expect(run.snapshot.resources.map((r) => r.urn.split("::")[3])).toEqual([
      "proj-test",
      "default",
      "a",
      "b",
      "c",
      "free",
    ]);
  });

  it("carry recorded dependencies over that only a target names", async () => {
    const stack = new Cloud().stack();
    await stack.up(chain(1));
    const onlyLast = program((p) => p.resource(THING, "c", { value: 2 }, { dependencies: [urn("b")] }));
    const run = await stack.up(onlyLast, { targets: [urn("c")] });
    expect(run.result).toBe("succeeded");
    expect(run.steps).toContain("same b");
  });

  it("of a destroy take their dependents only where that is said", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    const refused = await stack.destroy({ targets: [urn("b")] });
    expect(refused.told[0]).toContain("will be destroyed but was not specified in --target list");
    expect(refused.told.at(-1)).toBe("update failed");
    const preview = await stack.destroy({ targets: [urn("b")], preview: true });
    expect(preview.steps).toContain("delete c");
    cloud.takeCalls();
    const run = await stack.destroy({ targets: [urn("b")], targetDependents: true });
    expect(cloud.takeCalls()).toEqual(["delete c", "delete b"]);
    expect(run.snapshot.resources).toHaveLength(4);
  });
});

describe("excludes", () => {
  it("leave the named alone, and their dependents where asked to", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    await stack.up(chain(2), { excludes: [urn("b")] });
    expect(cloud.takeCalls()).toEqual(["update a", "update c", "update free"]);
    await stack.up(chain(3), { excludes: [urn("b")], excludeDependents: true });
    expect(cloud.takeCalls()).toEqual(["update a", "update free"]);
  });

  it("keep what they need from a destroy", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    await stack.destroy({ excludes: [urn("b")] });
    expect([...cloud.takeCalls()].sort()).toEqual(["delete c", "delete free"]);
    const kept = await stack.destroy({ excludes: [urn("a")], excludeDependents: true });
    expect(kept.snapshot.resources.map((r) => r.urn.split("::")[3])).toEqual([
      "proj-test",
      "default",
      "a",
      "b",
    ]);
  });
});

describe("excludes with their dependents", () => {
  it("keep from a destroy whatever depends on what they need: that includes all below the same parent", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain(1));
    cloud.takeCalls();
    const destroyed = await stack.destroy({ excludes: [urn("b")], excludeDependents: true });
    expect(cloud.takeCalls()).toEqual([]);
    expect(destroyed.snapshot.resources).toHaveLength(6);
  });
});

describe("a target beside which a provider changes", () => {
  const versioned = (version: string, value: number) =>
    program(async (p) => {
      await p.resource(THING, "a", { value });
      await p.resource("other:index:Thing", "b", {}, { version });
    });

  it("is refused: what stays as it is would lose its provider", async () => {
    const cloud = new Cloud();
    const providers = fakeHost({ fake: () => cloud.provider(), other: () => cloud.provider() });
    const stack = cloud.stack({ providers });
    await stack.up(versioned("1.0.0", 1));
    cloud.takeCalls();
    const run = await stack.up(versioned("2.0.0", 2), { targets: [urn("a")] });
    const reference = run.snapshot.resources.find((r) => r.type === "other:index:Thing")?.provider;
    expect(run.told[0]).toBe(
      `provider ${reference} for resource urn:pulumi:test::proj::other:index:Thing::b has not been registered yet, ` +
        "this is due to a change of providers mixed with --target. Change your program back to the original providers",
    );
    expect(run.result).toBe("failed");
    expect(run.snapshot.resources).toHaveLength(6);
  });
});

describe("an untargeted component", () => {
  it("may still set outputs; one that is skipped is not recorded", async () => {
    const stack = new Cloud().stack();
    const grouped = program(async (p) => {
      const group = await p.component(GROUP, "g");
      await p.outputs(group.urn, { x: 1 });
      await p.resource(THING, "a");
    });
    const run = await stack.up(grouped, { targets: [urn("a")] });
    expect(run.result).toBe("succeeded");
    expect(run.snapshot.resources.map((r) => r.type)).not.toContain(GROUP);
  });
});
