import { describe, expect, it } from "vitest";
import type { ResourceState } from "../../src/state/resource.ts";
import { fakeHost, type ResourceOptions } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING, urnOf } from "./cloud.ts";

/** Every way in which one resource can need another. */
const RELATIONS: readonly (readonly [string, (urn: string) => ResourceOptions])[] = [
  ["a dependency", (urn) => ({ dependencies: [urn] })],
  ["the dependency of a property", (urn) => ({ propertyDependencies: { value: [urn] } })],
  ["what it is deleted with", (urn) => ({ deletedWith: urn })],
  ["what it is replaced with", (urn) => ({ replaceWith: [urn] })],
  ["its parent", (urn) => ({ parent: urn })],
];

const nameOf = ({ urn }: ResourceState): string => urn.split("::").slice(3).join("::");

describe("a target that needs what is not recorded and not a target", () => {
  it.each(RELATIONS)("is refused: %s", async (_, needs) => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(program((p) => p.resource(THING, "b")));
    cloud.takeCalls();
    const needy = program(async (p) => {
      const provider = (await p.resource(THING, "free")).provider;
      const goal = { type: THING, name: "a", custom: true, parent: p.stack, provider };
      const { state, result, unknown } = await p.register(goal);
      expect([result, unknown]).toEqual(["success", true]);
      await p.resource(THING, "b", {}, { aliases: [{ kind: "urn", urn: urnOf("b") }], ...needs(state.urn) });
    });
    const run = await stack.up(needy, { targets: ["**::b", "**::free"] });
    expect(cloud.takeCalls()).toEqual(["create free"]);
    expect(run.told).toEqual([
      expect.stringContaining(`depends on '${urnOf("a")}' which was was not specified in --target list.`),
    ]);
    expect(run.snapshot.resources.map(nameOf)).toContain("b");
  });
});

describe("what is recorded beside the targets", () => {
  it.each(
    RELATIONS.flatMap(([relation, needs]) =>
      [["a"], ["b"], ["a", "b"]].map((gone) => ({ relation, needs, gone })),
    ),
  )("stays, each after what it needs, where the program lost $gone: $relation", async ({ needs, gone }) => {
    const stack = new Cloud().stack();
    const made = await stack.up(
      program(async (p) => {
        let before = (await p.resource(THING, "a")).urn;
        for (const name of ["b", "c"]) before = (await p.resource(THING, name, {}, needs(before))).urn;
        await p.resource(THING, "t");
      }),
    );
    const recorded = new Map(made.snapshot.resources.map((state) => [nameOf(state), state.urn]));
    const rest = program(async (p) => {
      for (const name of ["a", "b", "c"].filter((each) => !gone.includes(each))) {
        await p.resource(THING, name, {}, { aliases: [{ kind: "urn", urn: recorded.get(name) ?? "" }] });
      }
      await p.resource(THING, "t");
    });
    const run = await stack.up(rest, { targets: [urnOf("t")] });
    expect(run.told).toEqual([]);
    expect(run.snapshot.resources.map(nameOf).filter((name) => name.length === 1)).toEqual([
      ...["a", "b", "c", "t"],
    ]);
  });

  it("registers before what was kept after it, or not at all, as with the official CLI", async () => {
    const stack = new Cloud().stack();
    const pair = (names: readonly string[], dependencies: readonly string[]) =>
      program(async (p) => {
        for (const name of names) await p.resource(THING, name, {}, name === "b" ? { dependencies } : {});
      });
    await stack.up(pair(["a", "b", "t"], [urnOf("a")]));
    const run = await stack.up(pair(["b", "a", "t"], []), { targets: [urnOf("t")] });
    expect(run.told).toEqual([`Duplicate resource URN '${urnOf("a")}'; try giving it a unique name`]);
  });
});

describe("the targets of a destroy", () => {
  /** a and b hold d, i, h and e, k; i needs h, k and n need h. */
  const trees = program(async (p) => {
    const a = (await p.component(GROUP, "a")).urn;
    const b = (await p.component(GROUP, "b")).urn;
    const d = (await p.component(GROUP, "d", { parent: a })).urn;
    const e = (await p.component(GROUP, "e", { parent: b })).urn;
    const h = (await p.resource(THING, "h", {}, { parent: d })).urn;
    await p.resource(THING, "i", {}, { parent: a, dependencies: [h] });
    await p.resource(THING, "j", {}, { parent: e });
    await p.resource(THING, "k", {}, { parent: e, dependencies: [h] });
    await p.resource(THING, "n", {}, { dependencies: [h] });
  });
  const targets = [`urn:pulumi:test::proj::${GROUP}::a`];

  it("take all below a component along, and what needs that, where it is asked for", async () => {
    const stack = new Cloud().stack();
    await stack.up(trees);
    const refused = await stack.destroy({ targets });
    expect(refused.told.map((text) => text.split("'")[1]?.split("::").at(-1))).toEqual([
      ...["d", "h", "i", "k", "n"],
      undefined,
    ]);
    const run = await stack.destroy({ targets, targetDependents: true });
    expect(run.snapshot.resources.map(nameOf)).toEqual(["proj-test", "b", "e", "default", "j"]);
  });
});

describe("a provider that only untargeted resources use", () => {
  it("is not configured", async () => {
    const cloud = new Cloud();
    const configured: string[] = [];
    const watched = (pkg: string) => () => {
      const provider = cloud.provider();
      return {
        ...provider,
        configure: async (request: Parameters<typeof provider.configure>[0]) => {
          configured.push(pkg);
          return provider.configure(request);
        },
      };
    };
    const stack = cloud.stack({
      providers: fakeHost({ fake: watched("fake"), other: watched("other") }),
    });
    const both = (other: boolean) =>
      program(async (p) => {
        if (other) await p.resource("other:index:Thing", "o");
        await p.resource(THING, "a");
      });
    await stack.up(both(true));
    configured.length = 0;
    const targets = [urnOf("a")];
    const run = await stack.up(both(false), { targets });
    await stack.refresh({ targets });
    await stack.destroy({ targets });
    expect(configured).toEqual(["fake", "fake", "fake"]);
    expect(run.snapshot.resources.map(nameOf)).toEqual(["proj-test", "default", "a", "default", "o"]);
  });
});

describe("targets together with their dependents", () => {
  it("take along what a provider serves, not what is served beside them", async () => {
    const made = async (targets: readonly string[], targetDependents: boolean) => {
      const cloud = new Cloud();
      const body = program(async (p) => {
        const provider = await p.provider("fake", "explicit");
        const x = (await p.resource(THING, "x", {}, { provider })).urn;
        await p.resource(THING, "y", {}, { provider });
        await p.resource(THING, "z", {}, { provider, parent: x });
      });
      await cloud.stack().up(body, { targets, targetDependents });
      return cloud.takeCalls();
    };
    const explicit = ["urn:pulumi:test::proj::pulumi:providers:fake::explicit"];
    expect(await made(explicit, false)).toEqual([]);
    expect(await made(explicit, true)).toEqual(["create x", "create y", "create z"]);
    expect(await made([urnOf("x")], false)).toEqual(["create x"]);
    expect(await made([urnOf("x")], true)).toEqual(["create x", "create z"]);
  });
});

describe("replacements that are asked for beside targets", () => {
  it.each([
    [
      { targets: ["a"], replaces: ["a"] },
      ["create-replacement a", "replace a", "same b", "delete-replaced a"],
    ],
    [
      { targets: [], replaces: ["a"] },
      ["create-replacement a", "replace a", "create b", "delete-replaced a"],
    ],
    [{ targets: ["b"], replaces: ["a"] }, ["same a", "create b"]],
  ])("happen to targets only: %o", async ({ targets, replaces }, steps) => {
    const stack = new Cloud().stack();
    const names = (...all: readonly string[]) =>
      program(async (p) => {
        for (const name of all) await p.resource(THING, name).catch(() => undefined);
      });
    await stack.up(names("a"));
    const run = await stack.preview(names("a", "b"), {
      targets: targets.map(urnOf),
      replaces: replaces.map(urnOf),
    });
    expect(run.steps.slice(2)).toEqual(steps);
  });
});
