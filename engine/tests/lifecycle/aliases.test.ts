import { describe, expect, it } from "vitest";
import type { Alias } from "../../src/execute/goal.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import { fakeHost, fakeProvider, TestStack } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";

const named = (name: string): Alias => ({
  kind: "spec",
  name,
  ...{ type: undefined, stack: undefined, project: undefined, parent: undefined },
});

describe("an alias", () => {
  it("keeps the object of a renamed component's child, and rewrites every reference", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const tree = (name: string, aliases: readonly Alias[]) =>
      program(async (p) => {
        const group = await p.component(GROUP, name, { aliases });
        const db = await p.resource(THING, `${name}-db`, {}, { parent: group.urn });
        await p.resource(THING, "user", {}, { dependencies: [db.urn] });
      });
    await stack.up(tree("app", []));
    cloud.takeCalls();
    const run = await stack.up(tree("web", [named("app")]));
    expect(run.changes).toEqual({ same: 4 });
    expect(cloud.takeCalls()).toEqual([]);
    const names = run.snapshot.resources.map((r) => r.urn.split("::")[3]);
    expect(names).toEqual(["proj-test", "web", "default", "web-db", "user"]);
    expect(run.snapshot.resources.every((r) => r.aliases.length === 0)).toBe(true);
    expect(run.snapshot.resources.at(-1)?.dependencies[0]).toContain("::web-db");
  });

  it("follows names, types and parents wherever they go, and back", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const OTHER = "fake:index:Other";
    const was = (fields: Partial<Extract<Alias, { kind: "spec" }>>): Alias => ({
      kind: "spec",
      ...{ name: undefined, type: undefined, stack: undefined, project: undefined, parent: undefined },
      ...fields,
    });
    interface Place {
      readonly type?: string;
      readonly name?: string;
      readonly isChild?: boolean;
      readonly inputs?: PropertyMap;
      readonly aliases: readonly Alias[];
    }
    const group = `urn:pulumi:test::proj::${GROUP}::g`;
    const places: readonly (readonly [Place, string])[] = [
      [{ aliases: [] }, "create"],
      [{ name: "b", aliases: [was({ name: "a" })] }, "same"],
      [{ name: "c", aliases: [was({ name: "a" }), was({ name: "b" })] }, "same"],
      [{ name: "a", aliases: [was({ name: "c" })] }, "same"],
      [{ type: OTHER, aliases: [was({ type: THING })] }, "same"],
      [{ type: OTHER, isChild: true, aliases: [was({ parent: "none" })] }, "same"],
      [{ type: OTHER, aliases: [was({ parent: { urn: group } })] }, "same"],
      [{ name: "d", inputs: { value: 1 }, aliases: [was({ type: OTHER, name: "a" })] }, "update"],
      [{ name: "e", inputs: { region: "south" }, aliases: [was({ name: "d" })] }, "replace"],
    ];
    for (const [{ type = THING, name = "a", isChild = false, inputs = {}, aliases }, change] of places) {
      const run = await stack.up(
        program(async (p) => {
          const g = await p.component(GROUP, "g");
          await p.resource(type, name, inputs, { aliases, ...(isChild ? { parent: g.urn } : {}) });
        }),
      );
      expect(run.steps).toContain(`${change} ${name}`);
      expect(run.told).toEqual([]);
    }
    expect(cloud.takeCalls()).toEqual(["create a", "update d", "create e", "delete d"]);
  });

  it("keeps a renamed provider's resources", async () => {
    const stack = new Cloud().stack();
    const tree = (name: string, aliases: readonly Alias[]) =>
      program(async (p) => {
        const type = "pulumi:providers:fake";
        const { state } = await p.register({ type, name, custom: true, parent: p.stack, aliases });
        await p.resource(THING, "a", {}, { provider: `${state.urn}::${state.id}` });
      });
    await stack.up(tree("old", []));
    const run = await stack.up(tree("new", [named("old")]));
    expect(run.changes).toEqual({ same: 3 });
    expect(run.snapshot.resources.at(-1)?.provider).toContain("::new::");
  });

  it("of a provider has it delete, as it is configured now, what was made under its old name", async () => {
    const deletedBy: unknown[] = [];
    const load = () => {
      let account: unknown;
      return fakeProvider({
        configure: async ({ inputs }) => {
          account = inputs["account"];
          return fakeProvider().configure({ urn: "", name: "", type: "", id: "", inputs });
        },
        delete: async () => void deletedBy.push(account),
      });
    };
    const stack = new TestStack({ providers: fakeHost({ fake: load }) });
    const tree = (name: string, account: string, options: { aliases: readonly Alias[]; thing: boolean }) =>
      program(async (p) => {
        const type = "pulumi:providers:fake";
        const inputs = { account };
        const { aliases, thing } = options;
        const { state } = await p.register({ type, name, custom: true, inputs, parent: p.stack, aliases });
        if (thing) await p.resource(THING, "a", {}, { provider: `${state.urn}::${state.id}` });
      });
    await stack.up(tree("old", "first", { aliases: [], thing: true }));
    const run = await stack.up(tree("new", "second", { aliases: [named("old")], thing: false }));
    expect(run.steps).toEqual(["same proj-test", "update new", "delete a"]);
    expect(deletedBy).toEqual(["second"]);
  });

  it.each([
    [
      "a resource that registered already",
      async (register: (name: string, aliases?: readonly Alias[]) => Promise<unknown>) => {
        await register("a");
        await register("b", [named("a")]);
      },
      "Duplicate resource alias",
    ],
    [
      "what another alias claimed",
      async (register: (name: string, aliases?: readonly Alias[]) => Promise<unknown>) => {
        await register("b", [named("a")]);
        await register("c", [named("a")]);
      },
      "Duplicate resource alias",
    ],
    [
      "the URN of a resource that comes later",
      async (register: (name: string, aliases?: readonly Alias[]) => Promise<unknown>) => {
        await register("b", [named("a")]);
        await register("a");
      },
      "conflicting with alias on resource",
    ],
  ])("cannot claim %s", async (_, body, message) => {
    const stack = new Cloud().stack();
    await stack.up(program((p) => p.resource(THING, "a")));
    const run = await stack.up(
      program((p) => body((name, aliases = []) => p.resource(THING, name, {}, { aliases }))),
    );
    expect(run.told).toEqual([expect.stringContaining(message)]);
    expect(run.result).toBe("failed");
  });
});
