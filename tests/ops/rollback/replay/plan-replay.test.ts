import { describe, expect, it } from "vitest";
import { readCheckpoint } from "../../../../ops/rollback/replay/checkpoint.ts";
import { planReplay } from "../../../../ops/rollback/replay/plan-replay.ts";
import { recordSecret } from "../../../../ops/rollback/replay/recorded-value.ts";

const urnOf = (type: string, name: string) => `urn:pulumi:dev::trials::${type}::${name}`;
const THING = "fake:index:Thing";
const STACK = { urn: urnOf("pulumi:pulumi:Stack", "trials-dev"), type: "pulumi:pulumi:Stack" };
const thing = (name: string, rest: object = {}) => ({
  urn: urnOf(THING, name),
  type: THING,
  custom: true,
  id: `${name}-id`,
  ...rest,
});
const checkpoint = (...resources: object[]) => readCheckpoint({ resources });
const planOf = (...resources: object[]) => planReplay(checkpoint(STACK, ...resources));
const optionsOf = (...resources: object[]) => planOf(...resources).registrations.at(-1)?.options;

describe("the plan of a replay", () => {
  it("leaves out the stack, default providers, views, and what was on its way out", () => {
    const provider = urnOf("pulumi:providers:fake", "default_1_2_3");
    const plan = planOf(
      { urn: provider, type: "pulumi:providers:fake", custom: true, id: "p" },
      thing("kept", { provider: `${provider}::p`, parent: STACK.urn }),
      thing("replaced", { delete: true }),
      thing("seen", { viewOf: urnOf(THING, "kept") }),
    );
    expect(plan.registrations.map(({ name }) => name)).toEqual(["kept"]);
    expect(plan.registrations[0]?.options.parent).toBeUndefined();
  });

  it("names versions and sources of default providers, and explicit providers themselves", () => {
    const chosen = urnOf("pulumi:providers:fake", "default_1_2_3_https_//example.com");
    const own = urnOf("pulumi:providers:fake", "own");
    const inputs = { version: "1.2.3", __internal: { pluginDownloadURL: "https://example.com" } };
    const providers = [
      { urn: chosen, type: "pulumi:providers:fake", custom: true, id: "p", inputs },
      { urn: own, type: "pulumi:providers:fake", custom: true, id: "q", inputs: { ...inputs, region: "x" } },
    ];
    expect(optionsOf(...providers, thing("a", { provider: `${chosen}::p` }))).toMatchObject({
      version: "1.2.3",
      pluginDownloadUrl: "https://example.com",
    });
    const plan = planOf(...providers, thing("b", { provider: `${own}::q` }));
    expect(plan.registrations.map(({ kind, name }) => [kind, name])).toEqual([
      ["provider", "own"],
      ["custom", "b"],
    ]);
    expect(plan.registrations[0]?.options.version).toBe("1.2.3");
    expect(Object.keys(plan.registrations[0]?.inputs ?? {})).toEqual(["version", "region"]);
    expect(plan.registrations[1]?.options.provider).toBe(own);
  });

  it("says about a resource what its program said", () => {
    const recorded = {
      protect: true,
      retainOnDelete: true,
      ignoreChanges: ["a"],
      replaceOnChanges: ["b"],
      hideDiff: ["c"],
      additionalSecretOutputs: ["d"],
      aliases: [urnOf(THING, "old")],
      customTimeouts: { create: 90 },
      deletedWith: urnOf(THING, "house"),
      replaceWith: [urnOf(THING, "house")],
      replacementTrigger: "twice",
      dependencies: [urnOf(THING, "house")],
      resourceHooks: { BeforeUpdate: ["save"], OnError: ["again"] },
    };
    const plan = planOf(thing("house"), thing("a", recorded));
    const { hideDiff, resourceHooks, replacementTrigger, ...same } = recorded;
    expect(plan.registrations[1]?.options).toEqual({
      ...same,
      hideDiffs: hideDiff,
      hooks: resourceHooks,
      replacementTrigger: { kind: "literal", value: replacementTrigger },
    });
    expect(plan.hooks).toEqual({ steps: ["save"], errors: ["again"] });
  });

  it("waits for what a value depends on without showing it, and widens no secret by that", () => {
    const hidden = { propertyDependencies: { of: [urnOf(THING, "a")] } };
    const on = [urnOf(THING, "a")];
    const inputOf = (of: object | string) =>
      planOf(thing("a"), thing("b", { inputs: { of }, ...hidden })).registrations[1]?.inputs["of"];
    expect(inputOf("literal")).toEqual({
      kind: "dependent",
      on,
      value: { kind: "literal", value: "literal" },
    });
    expect(inputOf([recordSecret("x"), "y"])).toMatchObject({
      kind: "list",
      items: [{ kind: "secret", value: { kind: "dependent" } }, { kind: "literal" }],
    });
    expect(inputOf({ inner: "x" })).toMatchObject({ members: { inner: { kind: "dependent" } } });
    expect(inputOf([])).toMatchObject({ kind: "dependent", value: { kind: "list" } });
    expect(inputOf("a-id")).toMatchObject({ kind: "reference" });
  });

  it("leaves names to Kubernetes' provider where it chose them", () => {
    const named = (annotations: object) =>
      planOf(thing("a", { inputs: { metadata: { name: "a-1", annotations } } })).registrations[0]?.inputs[
        "metadata"
      ];
    const mark = { "pulumi.com/autonamed": "true" };
    expect(named({ ...mark, team: "x" })).toMatchObject({ members: { annotations: { kind: "object" } } });
    expect(JSON.stringify(named({ ...mark, team: "x" }))).not.toMatch(/a-1|autonamed/);
    expect(named(mark)).toEqual({ kind: "object", members: {} });
    expect(JSON.stringify(named({ team: "x" }))).toContain("a-1");
  });

  it("reads what was read, and binds what components and the stack say to what is below", () => {
    const group = urnOf("test:index:Group", "group");
    const plan = planReplay(
      checkpoint(
        { ...STACK, outputs: { made: "serial-1234", title: "a title" } },
        { urn: group, type: "test:index:Group", outputs: { serial: "serial-1234" } },
        thing("a", { parent: group, external: true, outputs: { serial: "serial-1234", id: "a-id" } }),
      ),
    );
    expect(plan.registrations.map(({ kind, outputNames }) => [kind, outputNames])).toEqual([
      ["component", ["serial"]],
      ["read", ["serial"]],
    ]);
    const reference = { kind: "reference", to: { urn: urnOf(THING, "a"), path: ["serial"] } };
    expect(plan.registrations[0]?.outputs).toEqual({ serial: reference });
    expect(plan.outputs).toEqual({ made: reference, title: { kind: "literal", value: "a title" } });
  });

  it("knows a renamed resource again by what only it has, and hooks of what goes", () => {
    const shared = { id: "none" };
    const recorded = checkpoint(STACK, thing("old", { id: "x-1" }), thing("p", shared), thing("q", shared));
    const current = checkpoint(
      STACK,
      thing("new", { id: "x-1", resourceHooks: { BeforeDelete: ["save"] } }),
      thing("r", shared),
    );
    const plan = planReplay(recorded, current);
    expect(plan.registrations.map(({ options }) => options.aliases)).toEqual([[urnOf(THING, "new")], [], []]);
    expect(plan.hooks).toEqual({ steps: ["save"], errors: [] });
  });

  it("refuses what no program can say", () => {
    const encrypted = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:x",
    };
    for (const value of [encrypted, [encrypted], { inner: encrypted }, recordSecret([encrypted])]) {
      expect(() => planOf(thing("a", { inputs: { value } }))).toThrow(/value holds a value that no program/);
    }
    const group = { urn: urnOf("test:index:Group", "group"), type: "test:index:Group" };
    expect(() => planOf({ ...group, outputs: { value: encrypted } })).toThrow(
      /::group: value holds a value that no program/,
    );
    expect(() => planOf(thing("a", { replacementTrigger: encrypted }))).toThrow(
      /::a: replacementTrigger holds a value that no program/,
    );
    expect(() => planReplay(checkpoint({ ...STACK, outputs: { value: encrypted } }))).toThrow(
      /the stack's outputs: value holds a value that no program/,
    );
  });
});

describe("a recorded checkpoint", () => {
  it("that is damaged is refused with the place", () => {
    expect(() => readCheckpoint({ resources: [{ urn: "x" }] })).toThrow(
      "the recorded checkpoint cannot be read: resources.0.type",
    );
  });

  it("may be of a stack that holds nothing", () => {
    expect(planReplay(readCheckpoint({})).registrations).toEqual([]);
  });
});
