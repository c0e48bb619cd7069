import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperationOptions } from "../../src/operation.ts";
import type { UpdatePlan } from "../../src/plan/update-plan.ts";
import { computed, type PropertyMap, Secret } from "../../src/protocol/property-value.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { parsePlan, serializePlan } from "../../src/state/plan-file.ts";
import { functionProgram, type ResourceOptions, type TestStack } from "../../src/testing/index.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";
import { programOf, wishes } from "./random-wishes.ts";

type Program = ReturnType<typeof program>;

/** A program of one resource. */
function one(inputs: PropertyMap, options: ResourceOptions = {}, name = "a"): Program {
  return program((p) => p.resource(THING, name, inputs, options));
}

/** What a preview finds, as it comes back from a file. */
async function planOf(
  stack: TestStack,
  body: Program,
  options: Partial<OperationOptions> = {},
): Promise<UpdatePlan> {
  const { plan, told } = await stack.preview(body, { ...options, generatePlan: true });
  expect(told).toEqual([]);
  if (plan === undefined) throw new Error("no plan was written");
  return parsePlan(await serializePlan(plan, base64Secrets), base64Secrets);
}

const URN = `urn:pulumi:test::proj::${THING}::a`;
const violation = (text: string) => [`resource ${URN} violates plan: ${text}`];

describe("an update that is held to a plan", () => {
  it("does what was planned, with the names that were planned", async () => {
    const cloud = new Cloud();
    const seeds: Uint8Array[] = [];
    const stack = cloud.stack({
      functions: {
        check: async ({ news, randomSeed }) => {
          seeds.push(randomSeed);
          return { inputs: news, failures: [] };
        },
      },
    });
    const body = one({ value: 1 });
    const plan = await planOf(stack, body);
    expect(plan.resources.get(URN)?.ops).toEqual(["create"]);
    const run = await stack.up(body, { plan });
    expect(run.told).toEqual([]);
    expect(cloud.calls).toEqual(["create a"]);
    expect(seeds).toEqual([plan.resources.get(URN)?.seed, plan.resources.get(URN)?.seed]);
  });

  it.each<[string, PropertyMap, PropertyMap, PropertyMap, string]>([
    ["another value", { v: 1 }, { v: 2 }, { v: 3 }, "~~v[{2}!={3}]"],
    ["a value that was to change", { v: 1 }, { v: 2 }, { v: 1 }, "~=v[{2}!={1}]"],
    ["a value that was to stay", { v: 1 }, { v: 1 }, { v: 2 }, "=~v[{2}]"],
    ["a new property", {}, {}, { v: [1, "x"] }, "=+v[{[{1} {x}]}]"],
    ["another new property", {}, { v: 1 }, { v: { a: true } }, "++v[{1}!={map[a:{true}]}]"],
    ["a new property that does not come", {}, { v: 1 }, {}, "+-v[{1}]"],
    ["a property that was to stay and goes", { v: 1 }, { v: 1 }, {}, "=-v"],
    ["a property that was to change and goes", { v: 1 }, { v: 2 }, {}, "~-v[{2}], ~-v[{2}]"],
    ["a property that was to go and stays", { v: 1 }, {}, { v: 1 }, "-=v[{1}]"],
    ["a property that was to go and changes", { v: 1 }, {}, { v: 2 }, "-~v[{2}], -~v[{2}]"],
    ["a secret", { v: 1 }, { v: 1 }, { v: new Secret("hunter2") }, "=~v[{[secret]}]"],
  ])("refuses %s", async (_, before, planned, actual, text) => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    await stack.up(one(before));
    const plan = await planOf(stack, one(planned));
    cloud.takeCalls();
    const run = await stack.up(one(actual), { plan });
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(violation(`properties changed: ${text}`));
    expect(cloud.calls).toEqual([]);
  });

  it.each<[string, ResourceOptions, ResourceOptions, string]>([
    ["protect", { protect: true }, {}, "protect changed (expected true)"],
    [
      "deleteBeforeReplace",
      {},
      { deleteBeforeReplace: true },
      "deleteBeforeReplace changed (expected no value)",
    ],
    [
      "deleteBeforeReplace the other way",
      { deleteBeforeReplace: true },
      { deleteBeforeReplace: false },
      "deleteBeforeReplace changed (expected true)",
    ],
    ["a timeout", { customTimeouts: { create: 60 } }, {}, "create timeout changed (expected 60)"],
    [
      "ignoreChanges",
      { ignoreChanges: ["a", "b"] },
      { ignoreChanges: ["b", "c"] },
      "ignoreChanges changed: added c; deleted a",
    ],
    [
      "additionalSecretOutputs",
      {},
      { additionalSecretOutputs: ["x"] },
      "additionalSecretOutputs changed: added x",
    ],
    [
      "number of additionalSecretOutputs",
      { additionalSecretOutputs: ["x", "y"] },
      { additionalSecretOutputs: ["x"] },
      "additionalSecretOutputs changed: added ; deleted y",
    ],
    ["dependencies", { dependencies: [] }, { dependencies: ["STACK"] }, "dependencies changed: added STACK"],
    [
      "aliases",
      { aliases: [{ kind: "urn", urn: "urn:pulumi:test::proj::x:y:Z::old" }] },
      {
        aliases: [
          {
            kind: "spec",
            name: "b",
            type: undefined,
            stack: undefined,
            project: undefined,
            parent: "none",
          },
        ],
      },
      "aliases changed: added { b     true}; deleted {urn:pulumi:test::proj::x:y:Z::old      false}",
    ],
    ["the parent", {}, { parent: "" }, "parent changed (expected STACK)"],
    [
      "the dependencies of a property",
      { propertyDependencies: { v: [] } },
      { propertyDependencies: { v: ["STACK"] } },
      "dependencies for v changed: added STACK",
    ],
  ])("refuses another %s", async (_, planned, actual, text) => {
    const root = "urn:pulumi:test::proj::pulumi:pulumi:Stack::proj-test";
    const named = (options: ResourceOptions): ResourceOptions =>
      JSON.parse(JSON.stringify(options).replaceAll("STACK", root));
    const cloud = new Cloud();
    const stack = cloud.stack();
    const plan = await planOf(stack, one({ v: 1 }, named(planned)));
    const run = await stack.up(one({ v: 1 }, named(actual)), { plan });
    expect(run.told).toEqual(violation(text.replaceAll("STACK", root)));
    expect(cloud.calls).toEqual([]);
  });

  it("refuses another provider, but takes the planned one whatever its id", async () => {
    const cloud = new Cloud();
    const withProvider = (name: string): Program =>
      program(async (p) => {
        const [first, second] = [await p.provider("fake", "p1"), await p.provider("fake", "p2")];
        await p.resource(THING, "a", {}, { provider: name === "p1" ? first : second });
      });
    const stack = cloud.stack();
    const plan = await planOf(stack, withProvider("p1"));
    expect((await stack.up(withProvider("p2"), { plan })).told).toEqual([
      expect.stringMatching(/violates plan: provider changed \(expected .*::p1::04da6b54-/),
    ]);
    const again = await planOf(stack, withProvider("p1"));
    expect((await stack.up(withProvider("p1"), { plan: again })).told).toEqual([]);
  });

  it("refuses an import that was not planned", async () => {
    const cloud = new Cloud();
    cloud.objects.set("there", {});
    const stack = cloud.stack();
    const plan = await planOf(stack, one({}));
    const run = await stack.up(one({}, { importId: "there" }), { plan });
    expect(run.told).toEqual(violation("importID changed (expected )"));
  });

  it("carries out an import that was planned", async () => {
    const cloud = new Cloud();
    cloud.objects.set("there", { v: 1 });
    const stack = cloud.stack();
    const body = one({ v: 1 }, { importId: "there" });
    const run = await stack.up(body, { plan: await planOf(stack, body) });
    expect(run.told).toEqual([]);
    expect(run.steps).toContain("import a");
  });

  it("refuses a component in the place of a custom resource", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const plan = await planOf(stack, one({}));
    const run = await stack.up(
      program((p) => p.component(THING, "a")),
      { plan },
    );
    expect(run.told).toEqual(violation("resource kind changed (expected custom)"));
  });

  it("refuses a resource that was not planned, and one that changes unplanned", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const empty = program(async () => undefined);
    const nothing = await planOf(stack, empty);
    expect((await stack.up(one({}), { plan: nothing })).told).toEqual([
      "create is not allowed by the plan: no steps were expected for this resource",
    ]);
    await stack.up(one({ v: 1 }));
    const kept = await planOf(stack, one({ v: 1 }));
    const unmentioned = { ...kept, resources: new Map([...kept.resources].filter(([urn]) => urn !== URN)) };
    expect((await stack.up(one({ v: 1 }), { plan: unmentioned })).told).toEqual([]);
    expect((await stack.up(one({ v: 2 }), { plan: unmentioned })).told).toEqual(
      violation("properties changed: =~v[{2}]"),
    );
  });

  it("admits less than was planned, and refuses more", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const replacing = { region: "b" };
    await stack.up(one({ region: "a" }));
    const plan = await planOf(stack, one(replacing));
    expect(plan.resources.get(URN)?.ops).toEqual(["create-replacement", "replace", "delete-replaced"]);
    await stack.up(one(replacing));
    const kept = await planOf(stack, one(replacing));
    cloud.takeCalls();
    // The same inputs would now replace: the provider has changed its mind.
    const stricter = cloud.stack({
      store: stack.store,
      functions: {
        diff: async () => ({
          ...{ changedKeys: ["region"], replaceKeys: ["region"], stableKeys: [], detailedDiff: undefined },
          ...{ changes: "some", deleteBeforeReplace: false },
        }),
      },
    });
    expect((await stricter.up(one(replacing), { plan: kept })).told).toEqual([
      "create-replacement is not allowed by the plan: this resource is constrained to same",
    ]);
    expect(cloud.calls).toEqual([]);
  });

  it("refuses a delete that was not planned, and misses one that does not come", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const empty = program(async () => undefined);
    const creating = await planOf(stack, empty);
    await stack.up(one({}));
    cloud.takeCalls();
    const surprised = await stack.up(empty, { plan: creating });
    expect(surprised.told).toEqual([
      "delete is not allowed by the plan: no steps were expected for this resource",
    ]);
    const deleting = await planOf(stack, empty);
    const kept = await stack.up(one({}), { plan: deleting });
    expect(kept.told).toEqual([
      expect.stringMatching(/::default violates plan: resource unexpectedly not deleted$/),
    ]);
    expect(cloud.calls).toEqual([]);
  });

  it("misses a resource that does not register, but not a delete of what is gone already", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const empty = program(async () => undefined);
    const plan = await planOf(stack, one({}));
    const missed = await stack.up(empty, { plan });
    expect(missed.result).toBe("failed");
    expect([...missed.told].sort()).toEqual([
      `expected resource operations for ${URN} but none were seen`,
      expect.stringMatching(/^expected resource operations for .*::default but none were seen$/),
    ]);
    await stack.up(one({}));
    const deleting = await planOf(stack, empty);
    await stack.up(empty);
    expect((await stack.up(empty, { plan: deleting })).told).toEqual([]);
  });

  it("refuses a step after the last planned one", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const body = one({});
    const plan = await planOf(stack, body);
    const spent = new Map([...plan.resources].map(([urn, found]) => [urn, { ...found, ops: [] }] as const));
    expect((await stack.up(body, { plan: { ...plan, resources: spent } })).told).toEqual([
      "create is not allowed by the plan: no more steps were expected for this resource",
    ]);
  });

  it("takes whatever becomes of what was unknown", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const pair = (gone: boolean): Program =>
      program(async (p) => {
        const first = await p.resource(THING, "a", { v: 1 });
        const { serial = computed } = first.outputs;
        await p.resource(
          THING,
          "b",
          p.preview ? { of: serial, in: { x: serial } } : gone ? {} : { of: serial },
        );
      });
    const found = await stack.up(pair(true), { plan: await planOf(stack, pair(true)) });
    expect(found.told).toEqual([
      expect.stringContaining("properties changed: +-in[{map[x:output<string>{}]}]"),
    ]);
    const simple: Program = program(async (p) => {
      const first = await p.resource(THING, "a", { v: 1 });
      await p.resource(THING, "b", p.preview ? { of: first.outputs["serial"] ?? null } : {});
    });
    const fresh = new Cloud().stack();
    expect((await fresh.up(simple, { plan: await planOf(fresh, simple) })).told).toEqual([]);
  });

  it("holds components to the outputs that were planned", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const group = (size: number): Program =>
      program(async (p) => {
        const { urn } = await p.component(GROUP, "g");
        await p.outputs(urn, { size });
      });
    const plan = await planOf(stack, group(1));
    expect((await stack.up(group(2), { plan })).told).toEqual([
      "resource violates plan: properties changed: ++size[{1}!={2}]",
    ]);
    expect((await stack.up(group(1), { plan })).told).toEqual([]);
  });

  it("holds the stack to the outputs that were planned, and stores no others", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const outputs = (size: number) => functionProgram(async () => ({ size }));
    const plan = await planOf(stack, outputs(1));
    const run = await stack.up(outputs(2), { plan });
    expect(run.result).toBe("failed");
    expect(run.told).toEqual([]);
    expect(run.errors).toEqual(["resource violates plan: properties changed: ++size[{1}!={2}]"]);
    expect(run.snapshot.resources[0]?.outputs).toEqual({});
    expect((await stack.up(outputs(1), { plan })).told).toEqual([]);
  });

  it("is previewed under the plan, too", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const plan = await planOf(stack, one({ v: 1 }));
    expect((await stack.preview(one({ v: 2 }), { plan })).told).toEqual(
      violation("properties changed: ++v[{1}!={2}]"),
    );
  });

  it("replaces in the planned order, dependents first, under aliases too", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const chain = (region: string, name = "a"): Program =>
      program(async (p) => {
        const alias = { kind: "urn", urn: URN } as const;
        const options = name === "a" ? {} : { aliases: [alias] };
        const first = await p.resource(THING, name, { region, deleteFirst: true }, options);
        const of = first.id === "" ? computed : first.id;
        const inputs = { of, replaceOn: ["of"] };
        const propertyDependencies = { of: [first.urn] };
        await p.resource(THING, "b", inputs, { dependencies: [first.urn], propertyDependencies });
      });
    await stack.up(chain("x"));
    const plan = await planOf(stack, chain("y"));
    cloud.takeCalls();
    expect((await stack.up(chain("y"), { plan })).told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete b", "delete a", "create a", "create b"]);
    const renamed = await planOf(stack, chain("z", "c"));
    expect((await stack.up(chain("z", "c"), { plan: renamed })).told).toEqual([]);
    expect(cloud.takeCalls()).toEqual(["delete b", "delete a", "create c", "create b"]);
  });

  it("leaves alone what is not in the targets", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const two = (v: number): Program =>
      program(async (p) => {
        await p.resource(THING, "a", { v });
        await p.resource(THING, "b", { v });
      });
    await stack.up(two(1));
    const targets = [URN];
    const plan = await planOf(stack, two(2), { targets });
    expect((await stack.up(two(2), { plan, targets })).told).toEqual([]);
  });
});

describe("a plan that a random preview wrote", () => {
  it("holds when nothing has changed in between", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wishes, { minLength: 1, maxLength: 4 }), async (programs) => {
        const stack = new Cloud().stack();
        for (const all of programs) {
          const plan = await planOf(stack, programOf(all));
          const run = await stack.up(programOf(all), { plan });
          expect(run.told).toEqual([]);
          expect(run.result).toBe("succeeded");
        }
      }),
      { numRuns: 60 },
    );
  });
});
