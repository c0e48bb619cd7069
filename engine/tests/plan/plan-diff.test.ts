import { describe, expect, it } from "vitest";
import { noPlanDiff, type PlanDiff, planDiffOf, violatedDiff } from "../../src/plan/plan-diff.ts";
import { goalPlanOf, type PlannedGoal, violatedGoal } from "../../src/plan/plan-goal.ts";
import { emptyResourcePlan, isAdmitted } from "../../src/plan/update-plan.ts";
import { emptyGoal } from "../../src/program/empty-goal.ts";
import { computed, OutputValue, type PropertyMap, Secret } from "../../src/protocol/property-value.ts";

describe("the difference that a plan keeps", () => {
  it("is what comes, goes and changes, nulls being nothing", () => {
    const old = { same: 1, gone: 1, changed: [1], nothing: null, lost: 1, found: null };
    const next = { same: 1, changed: [1, 2], came: { a: 1 }, nothing: null, lost: null, found: 1 };
    expect(planDiffOf(old, next)).toEqual({
      adds: { came: { a: 1 }, found: 1 },
      deletes: ["gone", "lost"],
      updates: { changed: [1, 2] },
    });
    expect(planDiffOf(old, old)).toEqual(noPlanDiff);
  });
});

describe("a change under a plan", () => {
  const unknown = new OutputValue(undefined, false, []);
  it.each<[string, PropertyMap, PropertyMap, Partial<PlanDiff>]>([
    ["an unknown that became known", {}, { v: 1 }, { adds: { v: computed } }],
    ["an unknown that became nothing", {}, {}, { adds: { v: computed } }],
    ["an unknown update that became nothing", { v: 1 }, {}, { updates: { v: computed } }],
    ["an unknown update that stayed", { v: 1 }, { v: 1 }, { updates: { v: unknown } }],
    [
      "unknowns inside",
      { v: 1 },
      { v: [1, { a: 2 }] },
      { updates: { v: [computed, { a: 2, b: computed }] } },
    ],
    ["unknowns inside secrets", {}, { v: new Secret("x") }, { adds: { v: new Secret(computed) } }],
    ["a recorded unknown that is gone", { v: computed }, {}, {}],
    ["a recorded unknown that is known", { v: computed }, { v: 1 }, {}],
    ["an add that somebody made before", { v: 1 }, { v: 2 }, { adds: { v: 2 } }],
    ["an add that is there already", { v: 2 }, { v: 2 }, { adds: { v: 2 } }],
    ["an update that is done already", { v: 2 }, { v: 2 }, { updates: { v: 2 } }],
    ["a delete that is done already", {}, {}, { deletes: ["v"] }],
  ])("admits %s", (_, old, next, planned) => {
    expect(violatedDiff(old, next, { ...noPlanDiff, ...planned })).toBeUndefined();
  });

  it.each<[string, PropertyMap, PropertyMap, Partial<PlanDiff>, string]>([
    ["an add in the place of an update", {}, { v: 1 }, { updates: { v: 1 } }, "~+v[{1}!={1}], ~+v[{1}!={1}]"],
    ["an add in the place of a delete", {}, { v: 1 }, { deletes: ["v"] }, "-+v[{1}], -+v[{1}]"],
    ["a delete in the place of an add", { v: 1 }, {}, { adds: { v: 2 } }, "+-v[{2}], +-v[{2}]"],
    ["a same in the place of another add", { v: 1 }, { v: 1 }, { adds: { v: 2 } }, "+=v[{2}!={1}]"],
    ["another kind of value", { v: 1 }, { v: 1 }, { updates: { v: [1] } }, "~=v[{[{1}]}!={1}]"],
    ["another map", { v: 1 }, { v: [] }, { updates: { v: { a: 1 } } }, "~~v[{map[a:{1}]}!={[]}]"],
    ["a longer list", {}, { v: [1, 2] }, { adds: { v: [1] } }, "++v[{[{1}]}!={[{1} {2}]}]"],
    ["a secret in clear", {}, { v: "x" }, { adds: { v: new Secret("x") } }, "++v[{[secret]}!={x}]"],
    ["an unplanned null", { v: 1 }, { v: null }, { updates: { v: 2 } }, "~-v[{2}], ~=v[{2}!={<nil>}]"],
  ])("refuses %s", (_, old, next, planned, text) => {
    expect(violatedDiff(old, next, { ...noPlanDiff, ...planned })).toBe(`properties changed: ${text}`);
  });
});

describe("a registration under a plan", () => {
  const goal: PlannedGoal = { ...emptyGoal, type: "a:b:C", name: "c", custom: true, provider: "urn::1" };
  const violated = (change: Partial<PlannedGoal>, planned: Partial<PlannedGoal> = {}) =>
    violatedGoal(
      { ...emptyResourcePlan, goal: goalPlanOf({ ...goal, ...planned }, noPlanDiff) },
      { ...goal, ...change },
      {
        old: {},
        new: {},
      },
    );

  it("is refused in the official words", () => {
    expect(violated({})).toBeUndefined();
    expect(violated({ custom: false })).toBe("resource kind changed (expected custom)");
    expect(violated({}, { custom: false })).toBe("resource kind changed (expected component)");
    expect(violated({ provider: "urn::2" })).toBe("provider changed (expected urn::1)");
    expect(violated({ provider: "urn2::1" })).toBe("provider changed (expected urn::1)");
    expect(violated({}, { provider: "" })).toBe(
      "failed to parse provider reference : expected '::' in provider reference ''",
    );
    for (const name of ["create", "update", "delete", "read"] as const) {
      expect(violated({ customTimeouts: { [name]: 5 } })).toBe(`${name} timeout changed (expected 0)`);
    }
    expect(violated({ importId: "x" }, { importId: "y" })).toBe("importID changed (expected y)");
    const bare = { kind: "spec", name: undefined, type: "t", stack: "s", project: "p" } as const;
    expect(violated({ aliases: [{ ...bare, parent: { urn: "u" } }] })).toBe(
      "aliases changed: added {  t p s u false}",
    );
    expect(violated({ aliases: [{ ...bare, parent: undefined }] })).toBe(
      "aliases changed: added {  t p s  false}",
    );
    expect(violated({ propertyDependencies: {} }, { propertyDependencies: { a: ["u"] } })).toBeUndefined();
    expect(violatedGoal(emptyResourcePlan, goal, { old: {}, new: {} })).toBe(
      "resource unexpectedly not deleted",
    );
  });
});

describe("an op under a plan", () => {
  it("may be less than was planned, never more", () => {
    const ops = [
      "same",
      "create",
      "update",
      "replace",
      "create-replacement",
      "delete-replaced",
      "delete",
    ] as const;
    const admitted = (planned: Parameters<typeof isAdmitted>[1]) =>
      ops.filter((op) => isAdmitted(op, planned));
    expect(admitted("same")).toEqual(["same"]);
    expect(admitted("create")).toEqual(["same", "create"]);
    expect(admitted("update")).toEqual(["same", "update"]);
    expect(admitted("replace")).toEqual(["same", "update", "replace"]);
    expect(admitted("delete-replaced")).toEqual(["same", "update", "delete-replaced"]);
    expect(admitted("delete")).toEqual(["delete"]);
    expect(isAdmitted("discard", "discard")).toBe(false);
  });
});
