import { describe, expect, it } from "vitest";
import { STAND_IN_INSTANCE } from "../../../contracts/stand-in-secrets.ts";
import { type Comparison, endsObject, findChanges } from "../../../ops/review/change.ts";
import type { PlannedStep, StepState } from "../../../ops/review/planned-step.ts";
import { SECRET, UNKNOWN, type Values } from "../../../ops/review/values.ts";

const THING = "test:index:Thing";
const STACK = "pulumi:pulumi:Stack";
const urnOf = (type: string, name: string) => `urn:pulumi:dev::trials::${type}::${name}`;

const state = (inputs: Values, rest: Partial<StepState> = {}): StepState => ({
  protect: false,
  retainOnDelete: false,
  custom: true,
  parent: "",
  outputs: {},
  ...rest,
  inputs,
});
const step = (op: string, sides: { old?: StepState; new?: StepState }, rest: object = {}): PlannedStep => ({
  op,
  urn: urnOf(THING, "it"),
  type: THING,
  differences: [],
  replaceKeys: [],
  ...sides,
  ...rest,
});
const stackWith = (op: string, before: Values | undefined, after: Values | undefined): PlannedStep => ({
  ...step(op, {
    ...(before !== undefined && { old: state({}, { outputs: before }) }),
    ...(after !== undefined && { new: state({}, { outputs: after }) }),
  }),
  urn: urnOf(STACK, "trials-dev"),
  type: STACK,
});
const told = (comparison: Comparison) =>
  findChanges(comparison).changes.map(({ op, name, differences }) =>
    [op, name, ...differences.map(({ path, kind }) => `${kind} ${path}`)].join(", "),
  );

describe("what a change does, compared with the state alone", () => {
  it("is every step that does something, and what a flag protects", () => {
    const head = [
      step("same", { old: state({}), new: state({}) }),
      step("create", { new: state({}) }, { urn: urnOf(THING, "made") }),
      step(
        "same",
        { old: state({}, { protect: true }), new: state({}) },
        { urn: urnOf(THING, "no longer protected") },
      ),
    ];
    expect(findChanges({ head })).toMatchObject({
      pending: 0,
      changes: [
        { op: "create", name: "made" },
        { op: "same", name: "no longer protected", old: { protect: true } },
      ],
    });
  });

  it("keeps what the engine said differs, and the components that it lies in, outermost first", () => {
    const house = { urn: urnOf("test:index:House", "house"), type: "test:index:House" };
    const room = { urn: urnOf("test:index:Room", "room"), type: "test:index:Room" };
    const parent = (urn: string) => state({}, { parent: urn });
    const inHouse = { old: parent(house.urn), new: parent(house.urn) };
    const inStack = { old: parent(urnOf(STACK, "trials-dev")), new: parent(urnOf(STACK, "trials-dev")) };
    const differences = [{ path: "size", kind: "update-replace" }];
    const [updated, deleted] = findChanges({
      head: [
        step("same", inStack, house),
        step("same", inHouse, room),
        step("replace", { old: parent(room.urn), new: parent(room.urn) }, { differences }),
        step("delete", { old: parent(house.urn) }, { urn: urnOf(THING, "gone") }),
      ],
    }).changes;
    expect(updated).toMatchObject({ name: "it", component: ["house", "room"], differences });
    expect(deleted).toMatchObject({ name: "gone", component: ["house"] });
  });

  it("names a component that no step tells of, and ends there", () => {
    const [change] = findChanges({
      head: [step("create", { new: state({}, { parent: urnOf("test:index:House", "elsewhere") }) })],
    }).changes;
    expect(change?.component).toEqual(["elsewhere"]);
  });
});

describe("what a change does, compared with its base", () => {
  it("is nothing where the base would do the same, which is counted as pending", () => {
    const update = step("update", { old: state({ size: 1 }), new: state({ size: 2 }) });
    const made = step("create", { new: state({}) }, { urn: urnOf(THING, "made") });
    expect(findChanges({ head: [update, made], base: [update, made] })).toEqual({ changes: [], pending: 2 });
  });

  it("is the step where the base knows nothing of it", () => {
    expect(told({ head: [step("create", { new: state({}) })], base: [] })).toEqual(["create, it"]);
  });

  it("is an update of what the base would make in another form, without what only the update tells", () => {
    const base = step("create", { new: state({ size: 1, id: UNKNOWN, tags: ["a"], gone: 1 }) });
    const head = step("create", { new: state({ size: 2, id: "x", tags: ["a", "b"] }) });
    expect(told({ head: [head], base: [base] })).toEqual([
      "update, it, delete gone, update size, add tags.1",
    ]);
  });

  it("is an update of what both update, from the base's values", () => {
    const old = state({ size: 1 });
    const [change] = findChanges({
      head: [step("update", { old, new: state({ size: 3 }) })],
      base: [step("update", { old, new: state({ size: 2 }) })],
    }).changes;
    expect(change).toMatchObject({
      op: "update",
      old: { inputs: { size: 2 } },
      differences: [{ path: "size", kind: "update" }],
    });
  });

  it("is no other delete than the base's: what of before they delete is told by the base", () => {
    const gone = (protect: boolean) =>
      step("delete", { old: state({}, { protect }), new: state({ protect }) });
    expect(told({ head: [gone(true)], base: [gone(false)] })).toEqual([]);
  });

  it("is the replacement itself where both replace, from the base's values", () => {
    const replace = (size: number) => step("replace", { old: state({ size: 1 }), new: state({ size }) });
    const [change] = findChanges({ head: [replace(3)], base: [replace(2)] }).changes;
    expect(change).toMatchObject({
      op: "replace",
      old: { inputs: { size: 2 } },
      new: { inputs: { size: 3 } },
    });
  });

  it("is what it does to what the base leaves, or deletes", () => {
    const kept = state({ size: 1 });
    const update = step("update", { old: kept, new: state({ size: 2 }) });
    expect(told({ head: [update], base: [step("same", { old: kept, new: kept })] })).toEqual(["update, it"]);
    const [back] = findChanges({
      head: [step("same", { old: kept, new: kept }, { op: "update" })],
      base: [step("delete", { old: kept })],
    }).changes;
    expect(back).toMatchObject({ op: "update", old: { inputs: { size: 1 } } });
  });

  it("is the step as it is where the base tells no state of it", () => {
    const head = step("update", { old: state({ size: 1 }), new: state({ size: 2 }) });
    expect(findChanges({ head: [head], base: [step("update", {})] }).changes).toMatchObject([head]);
  });
});

describe("the outputs of the stack", () => {
  it("are a change where one of them differs, from the base's where there is one", () => {
    const head = [stackWith("same", { url: "a", gone: 1 }, { url: "b", made: 1 })];
    expect(told({ head })).toEqual(["update, trials-dev, delete gone, add made, update url"]);
    const base = [stackWith("same", { url: "a" }, { url: "b", made: 1 })];
    expect(told({ head, base })).toEqual([]);
  });

  it("are none where the stack is new, or goes", () => {
    expect(told({ head: [stackWith("create", undefined, { url: "b" })] })).toEqual([]);
    expect(told({ head: [stackWith("delete", { url: "b" }, undefined)] })).toEqual([]);
  });

  it.each<[what: string, before: Values, after: Values]>([
    ["known only after the update", { url: "a" }, { url: UNKNOWN }],
    ["not known before", { url: UNKNOWN }, { url: "a" }],
    ["read from a secret that is stood in for", { url: "a" }, { url: STAND_IN_INSTANCE }],
    ["secret on both sides", { url: SECRET }, { url: SECRET }],
    ["below what is not known", { at: { url: "a" } }, { at: UNKNOWN }],
    ["below what was not known", { at: UNKNOWN }, { at: { url: "a" } }],
    ["the same in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ])("tell nothing where they are %s", (_, before, after) => {
    expect(told({ head: [stackWith("same", before, after)] })).toEqual([]);
  });

  it("tell that a secret is no more, or is one now, without what is inside of it", () => {
    expect(told({ head: [stackWith("same", { at: SECRET }, { at: { url: "a" } })] })).toEqual([
      "update, trials-dev, delete at",
    ]);
    expect(told({ head: [stackWith("same", { at: { url: "a" } }, { at: SECRET })] })).toEqual([
      "update, trials-dev, add at",
    ]);
  });
});

describe("the end of an object", () => {
  it.each([
    ["replace", true],
    ["delete", true],
    ["delete-replaced", true],
    ["update", false],
    ["create", false],
  ])("is told by %s: %s", (op, ends) => {
    expect(endsObject(step(op, {}))).toBe(ends);
  });
});
