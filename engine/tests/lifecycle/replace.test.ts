import { describe, expect, it } from "vitest";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

const chain = (zone: string, deleteFirst: boolean) =>
  program(async (p) => {
    const a = await p.resource(THING, "a", { zone, replaceOn: ["zone"], deleteFirst });
    const b = await p.resource(
      THING,
      "b",
      { of: a.id, replaceOn: ["of"] },
      { dependencies: [a.urn], propertyDependencies: { of: [a.urn] } },
    );
    await p.resource(
      THING,
      "c",
      { of: b.id },
      { dependencies: [b.urn], propertyDependencies: { of: [b.urn] } },
    );
    await p.resource(THING, "d", { fixed: 1 }, { dependencies: [a.urn] });
  });

describe("a replacement", () => {
  it("makes the new object first, updates dependents, deletes the old one at the end", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain("east", false));
    cloud.takeCalls();
    const run = await stack.up(chain("west", false));
    expect(run.steps.slice(2)).toEqual([
      "create-replacement a",
      "replace a",
      "create-replacement b",
      "replace b",
      "update c",
      "same d",
      "delete-replaced b",
      "delete-replaced a",
    ]);
    expect(cloud.takeCalls()).toEqual(["create a", "create b", "update c", "delete b", "delete a"]);
    expect(run.changes).toEqual({ replace: 2, same: 2, update: 1 });
  });

  it("deletes first where asked to: dependents that must go, go before", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain("east", true));
    cloud.takeCalls();
    const run = await stack.up(chain("west", true));
    expect(run.steps.slice(2)).toEqual([
      "delete-replaced b",
      "delete-replaced a",
      "replace a",
      "create-replacement a",
      "replace b",
      "create-replacement b",
      "update c",
      "same d",
    ]);
    expect(cloud.takeCalls()).toEqual(["delete b", "delete a", "create a", "create b", "update c"]);
    expect(run.snapshot.resources.filter((r) => r.pendingReplacement)).toEqual([]);
    const recreated = run.events.find((e) => e.kind === "resource-pre" && e.step.op === "create-replacement");
    expect(recreated).toMatchObject({ step: { keys: ["zone"] } });
  });

  it("remembers that the object was deleted when the new one cannot be made", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain("east", true));
    cloud.failures.set("create a", "no room");
    const failed = await stack.up(chain("west", true));
    expect(failed.result).toBe("failed");
    const pending = failed.snapshot.resources
      .filter((r) => r.pendingReplacement)
      .map((r) => r.urn.split("::")[3]);
    expect(pending).toEqual(["a", "b"]);
    cloud.failures.clear();
    cloud.takeCalls();
    const again = await stack.up(chain("west", true));
    expect(again.result).toBe("succeeded");
    expect(cloud.takeCalls()).toEqual(["create a", "create b", "update c"]);
    expect(again.snapshot.resources.filter((r) => r.pendingReplacement)).toEqual([]);
  });

  it("forgets a deleted dependent that never registers again", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(chain("east", true));
    const alone = program((p) =>
      p.resource(THING, "a", { zone: "west", replaceOn: ["zone"], deleteFirst: true }),
    );
    const run = await stack.up(alone);
    expect(run.steps).toContain("remove-pending-replace b");
    expect(run.snapshot.resources.map((r) => r.urn.split("::")[3])).toEqual(["proj-test", "default", "a"]);
    expect(cloud.objects.size).toBe(1);
  });

  it("keeps an old object that cannot be deleted, and tries again at every update", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const one = (zone: string) => program((p) => p.resource(THING, "a", { zone, replaceOn: ["zone"] }));
    await stack.up(one("east"));
    cloud.failures.set("delete a", "in use");
    const failed = await stack.up(one("west"));
    expect(failed.result).toBe("failed");
    expect(failed.snapshot.resources.map((r) => [r.id, r.delete])).toContainEqual(["a-1", true]);
    const still = await stack.up(one("west"));
    expect(still.steps.at(-1)).toBe("delete-replaced a");
    expect(still.result).toBe("failed");
    cloud.failures.clear();
    const done = await stack.up(one("west"));
    expect(done.snapshot.resources.filter((r) => r.delete)).toEqual([]);
    expect([...cloud.objects.keys()]).toEqual(["a-2"]);
  });

  it("asks for defaults anew, without the old inputs", async () => {
    const olds: unknown[] = [];
    const cloud = new Cloud();
    const stack = cloud.stack({
      functions: {
        check: async ({ news, olds: before, name }) => {
          olds.push(before);
          return { inputs: { auto: before["auto"] ?? `${name}-${olds.length}`, ...news }, failures: [] };
        },
      },
    });
    const one = (zone: string) => program((p) => p.resource(THING, "a", { zone, replaceOn: ["zone"] }));
    await stack.up(one("east"));
    const run = await stack.up(one("west"));
    expect(olds).toEqual([{}, { auto: "a-1", zone: "east", replaceOn: ["zone"] }, {}]);
    expect(run.snapshot.resources.at(-1)?.inputs["auto"]).toBe("a-3");
  });

  it("is refused for protected objects; a preview goes on to show it", async () => {
    const stack = new Cloud().stack();
    const one = (zone: string) =>
      program((p) => p.resource(THING, "a", { zone, replaceOn: ["zone"] }, { protect: true }));
    await stack.up(one("east"));
    const run = await stack.up(one("west"));
    expect(run.told).toEqual([expect.stringContaining("unable to replace resource")]);
    expect(run.steps).toEqual(["same proj-test", "same default"]);
    const preview = await stack.preview(one("west"));
    expect(preview.steps).toContain("replace a");
    expect(preview.told.at(-1)).toBe("preview failed");
    const wanted = await stack.up(one("west"), { ignoreProtect: true });
    expect(wanted.told).toEqual([]);
    expect(wanted.changes).toEqual({ replace: 1, same: 1 });
  });

  it("is refused where a protected dependent would have to go", async () => {
    const stack = new Cloud().stack();
    const two = (zone: string) =>
      program(async (p) => {
        const a = await p.resource(THING, "a", { zone, replaceOn: ["zone"], deleteFirst: true });
        const of = { dependencies: [a.urn], propertyDependencies: { of: [a.urn] } };
        await p.resource(THING, "b", { of: a.id, replaceOn: ["of"] }, { ...of, protect: true });
      });
    await stack.up(two("east"));
    const run = await stack.up(two("west"));
    expect(run.told).toEqual([expect.stringContaining("as part of replacing")]);
    const wanted = await stack.up(two("west"), { ignoreProtect: true });
    expect(wanted.told).toEqual([]);
    expect(wanted.changes).toEqual({ replace: 2, same: 1 });
  });

  it("follows a replacement trigger", async () => {
    const stack = new Cloud().stack();
    const one = (replacementTrigger: number) =>
      program((p) => p.resource(THING, "a", {}, { replacementTrigger }));
    await stack.up(one(1));
    expect((await stack.up(one(1))).changes).toEqual({ same: 2 });
    expect((await stack.up(one(2))).changes).toEqual({ replace: 1, same: 1 });
  });

  it("takes along what is deletedWith or replaceWith it", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const box = (zone: string, deleteFirst: boolean) =>
      program(async (p) => {
        const a = await p.resource(THING, "box", { zone, replaceOn: ["zone"], deleteFirst });
        await p.resource(THING, "in", {}, { deletedWith: a.urn });
        await p.resource(THING, "mate", {}, { replaceWith: [a.urn] });
      });
    await stack.up(box("east", false));
    cloud.takeCalls();
    const run = await stack.up(box("west", false));
    expect(run.changes).toEqual({ replace: 3, same: 1 });
    expect(cloud.takeCalls().filter((call) => call.startsWith("delete"))).toEqual([
      "delete mate",
      "delete box",
    ]);
    const first = await stack.up(box("north", true));
    expect(first.result).toBe("succeeded");
    expect(first.changes).toMatchObject({ replace: 3 });
  });

  it("of a component needs no provider", async () => {
    const stack = new Cloud().stack();
    const one = (custom: boolean) =>
      program((p) => (custom ? p.resource(THING, "x") : p.component(THING, "x")));
    await stack.up(one(false));
    const run = await stack.up(one(true));
    expect(run.steps).toContain("create-replacement x");
    expect(run.snapshot.resources.at(-1)).toMatchObject({ custom: true, id: "x-1" });
  });

  it("happens to everything on a provider that is replaced", async () => {
    const stack = new Cloud().stack();
    const one = (region: string) =>
      program(async (p) => {
        const provider = await p.provider("fake", "mine", { region });
        await p.resource(THING, "a", {}, { provider });
      });
    await stack.up(one("moon"));
    expect((await stack.preview(one("mars"))).changes).toEqual({ replace: 2, same: 1 });
    const run = await stack.up(one("mars"));
    expect(run.changes).toEqual({ replace: 2, same: 1 });
    const step = run.events.find(
      (e) => e.kind === "resource-pre" && e.step.op === "replace" && e.step.type === THING,
    );
    expect(step).toMatchObject({ step: { keys: ["provider"] } });
  });

  it("is asked for from outside by --replace", async () => {
    const stack = new Cloud().stack();
    const one = program((p) => p.resource(THING, "a"));
    await stack.up(one);
    const urn = "urn:pulumi:test::proj::fake:index:Thing::a";
    const run = await stack.up(one, { replaces: [urn] });
    expect(run.changes).toEqual({ replace: 1, same: 1 });
    const unknown = await stack.up(one, { replaces: [`${urn}$b`, `${urn}x`] });
    expect(unknown.told).toEqual([
      `Target '${urn}$b' could not be found in the stack.`,
      `Target '${urn}x' could not be found in the stack. Did you forget to escape $ in your shell?`,
    ]);
  });

  it("leaves components alone that merely hold what is replaced", async () => {
    const stack = new Cloud().stack();
    const nested = (zone: string) =>
      program(async (p) => {
        const group = await p.component(GROUP, "g");
        await p.resource(THING, "a", { zone, replaceOn: ["zone"], deleteFirst: true }, { parent: group.urn });
        await p.outputs(group.urn, { zone });
      });
    await stack.up(nested("east"));
    const run = await stack.up(nested("west"));
    expect(run.changes).toEqual({ replace: 1, same: 2 });
    expect(run.snapshot.resources.find((r) => r.type === GROUP)?.outputs).toEqual({ zone: "west" });
  });

  it("tells old copies that wait for their deletion from the dependents that live", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const pair = (zone: number, deleteFirst: boolean, linked: boolean) =>
      program(async (p) => {
        const a = await p.resource(THING, "a", { zone, replaceOn: ["zone"], deleteFirst });
        const of = linked ? { dependencies: [a.urn], propertyDependencies: { of: [a.urn] } } : {};
        await p.resource(THING, "b", { of: linked ? a.id : "none", replaceOn: ["of"] }, of);
      });
    await stack.up(pair(1, false, true));
    cloud.failures.set("delete b", "in use");
    cloud.failures.set("delete a", "in use");
    await stack.up(pair(2, false, false));
    cloud.failures.clear();
    const run = await stack.up(pair(3, true, false));
    expect(run.result).toBe("succeeded");
    expect(run.snapshot.resources.filter((r) => r.type === THING)).toHaveLength(2);
    expect(cloud.objects.size).toBe(2);
  });

  it("counts the old copy of a dependent, which must go before, as a delete of its own", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const pair = (zone: number, size: number, protect = false) =>
      program(async (p) => {
        const a = await p.resource(THING, "a", { zone, replaceOn: ["zone"], deleteFirst: true });
        const of = { dependencies: [a.urn], propertyDependencies: { of: [a.urn] }, protect };
        await p.resource(THING, "b", { of: a.id, size, replaceOn: ["of", "size"] }, of);
      });
    // What protected the object is no matter of the copy that its replacement left.
    await stack.up(pair(1, 1, true));
    cloud.failures.set("delete b", "in use");
    await stack.up(pair(1, 2));
    cloud.failures.clear();
    const run = await stack.up(pair(2, 2));
    expect(run.steps.filter((step) => step.startsWith("delete"))).toEqual([
      "delete b",
      "delete-replaced b",
      "delete-replaced a",
    ]);
    expect(run.changes).toEqual({ delete: 1, replace: 2, same: 1 });
    expect(cloud.objects.size).toBe(2);
  });
});
