import { describe, expect, it } from "vitest";
import {
  decideFromDiff,
  decideWithoutDiff,
  deleteReplacedStep,
  deleteStep,
  stepsOf,
  untargetedSame,
} from "../../src/plan/decide.ts";
import { changed, replacementBecause, unchanged } from "../../src/plan/diff-result.ts";
import {
  diffOf,
  isInternal,
  isLogical,
  newOf,
  oldOf,
  reportedOp,
  type Step,
  subjectOf,
  success,
} from "../../src/plan/step.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

function state(fields: Partial<ResourceState> = {}): ResourceState {
  return resourceState({
    urn: "urn:pulumi:dev::proj::a:b:C::x",
    type: "a:b:C",
    custom: true,
    id: "id",
    ...fields,
  });
}

describe("the decision without a diff", () => {
  it.each([
    ["nothing recorded", undefined, true, false, "create"],
    ["nothing recorded, not in the targets", undefined, false, false, "skip-create"],
    ["recorded, not in the targets", state(), false, false, "keep"],
    ["recorded", state(), true, false, undefined],
    ["only read before", state({ external: true }), true, false, "adopt"],
    ["deleted earlier in this run", state(), true, true, "recreate"],
  ])("%s", (_, old, targeted, recreating, kind) => {
    expect(decideWithoutDiff({ old, targeted, recreating })?.kind).toBe(kind);
  });
});

describe("the decision from a diff", () => {
  const situation = { old: state(), diff: unchanged, triggered: false, deleteBeforeReplace: undefined };
  it.each([
    ["no difference", {}, { kind: "same" }],
    ["a difference", { diff: changed }, { kind: "update" }],
    ["a replacement", { diff: replacementBecause("zone") }, { kind: "replace", order: "create-first" }],
    [
      "a replacement that the provider wants delete-first",
      { diff: { ...replacementBecause("zone"), deleteBeforeReplace: true } },
      { kind: "replace", order: "delete-first" },
    ],
    [
      "a replacement that the program wants create-first",
      { diff: { ...replacementBecause("zone"), deleteBeforeReplace: true }, deleteBeforeReplace: false },
      { kind: "replace", order: "create-first" },
    ],
    ["a trigger", { diff: changed, triggered: true }, { kind: "replace" }],
    ["an unfinished replacement", { old: state({ pendingReplacement: true }) }, { kind: "replace" }],
    ["initialisation errors", { old: state({ initErrors: ["not ready"] }) }, { kind: "update" }],
  ])("%s", (_, change, decision) => {
    expect(decideFromDiff({ ...situation, ...change })).toMatchObject(decision);
  });
});

describe("the steps of a decision", () => {
  const old = { state: state() };
  const next = { state: state({ id: "" }) };
  const states = { old, new: next, ignoreChanges: ["a"], recreateKeys: ["zone"] };
  const ops = (steps: readonly Step[]): readonly string[] => steps.map((step) => step.op);

  it("are those that the official CLI takes, in its order", () => {
    const replacement = replacementBecause("zone");
    expect(ops(stepsOf({ kind: "create" }, states))).toEqual(["create"]);
    expect(ops(stepsOf({ kind: "same" }, states))).toEqual(["same"]);
    expect(ops(stepsOf({ kind: "keep" }, states))).toEqual(["same"]);
    expect(ops(stepsOf({ kind: "skip-create" }, { ...states, old: undefined }))).toEqual(["same"]);
    expect(ops(stepsOf({ kind: "update", diff: changed }, states))).toEqual(["update"]);
    expect(ops(stepsOf({ kind: "recreate" }, states))).toEqual(["replace", "create-replacement"]);
    expect(ops(stepsOf({ kind: "adopt" }, states))).toEqual(["create-replacement", "replace"]);
    expect(ops(stepsOf({ kind: "replace", order: "create-first", diff: replacement }, states))).toEqual([
      "create-replacement",
      "replace",
    ]);
    expect(ops(stepsOf({ kind: "replace", order: "delete-first", diff: replacement }, states))).toEqual([
      "replace",
      "create-replacement",
    ]);
  });

  it("tell why a deleted dependent is made again", () => {
    const [, create] = stepsOf({ kind: "recreate" }, states);
    expect(create).toMatchObject({
      op: "create-replacement",
      diff: { replaceKeys: ["zone"] },
      deleteLater: false,
    });
  });

  it("only let go of what was only read", () => {
    const external = { state: state({ external: true }) };
    expect(deleteStep(old).op).toBe("delete");
    expect(deleteStep(external).op).toBe("discard");
    expect(deleteReplacedStep(old, "forget").op).toBe("delete-replaced");
    expect(deleteReplacedStep(external, "forget").op).toBe("discard-replaced");
  });
});

describe("a step", () => {
  const old = { state: state() };
  const next = { state: state() };

  it("is logical where a person thinks in it", () => {
    expect(isLogical({ op: "create", new: next })).toBe(true);
    expect(isLogical({ op: "remove-pending-replace", old })).toBe(false);
  });

  it("is internal for default providers and bookkeeping", () => {
    const provider = state({
      urn: "urn:pulumi:dev::p::pulumi:providers:a::default",
      type: "pulumi:providers:a",
    });
    expect(isInternal({ op: "create", new: { state: provider } })).toBe(true);
    expect(isInternal({ op: "remove-pending-replace", old })).toBe(true);
    expect(isInternal({ op: "refresh", old, new: next, internal: true })).toBe(true);
    expect(isInternal({ op: "refresh", old, new: next, internal: false })).toBe(false);
  });

  it("knows its states", () => {
    const create: Step = { op: "create", new: next };
    const remove: Step = { op: "remove-pending-replace", old };
    expect([oldOf(create), newOf(create), subjectOf(create)]).toEqual([undefined, next, next]);
    expect([oldOf(remove), newOf(remove), subjectOf(remove)]).toEqual([old, undefined, old]);
    expect(oldOf(untargetedSame(old))).toBe(old);
  });

  it("of a refresh reports what was found", () => {
    const step: Step = { op: "refresh", old, new: old, internal: false };
    const refreshed = { op: "update", state: old.state, diff: { ...changed, changedKeys: ["a"] } } as const;
    const outcome = { ...success, refreshed };
    expect(reportedOp(step, outcome, true)).toBe("update");
    expect(reportedOp(step, outcome, false)).toBe("refresh");
    expect(diffOf(step, outcome).changedKeys).toEqual(["a"]);
    expect(diffOf(step, undefined).changedKeys).toEqual([]);
    expect(diffOf({ op: "create", new: next }, success).changedKeys).toEqual([]);
  });
});
