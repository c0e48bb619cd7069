import { describe, expect, it } from "vitest";
import {
  applyReplaceOnChanges,
  changed,
  diffInputs,
  invertDiff,
  isReplacement,
  isTriggered,
  replacementBecause,
  unchanged,
} from "../../src/plan/diff-result.ts";
import { computed, Secret } from "../../src/protocol/property-value.ts";
import type { DiffKind, DiffResult } from "../../src/providers/provider.ts";

function detailed(kinds: { [path: string]: DiffKind }, more: Partial<DiffResult> = {}): DiffResult {
  const entries = Object.entries(kinds).map(([path, kind]) => [path, { kind, inputDiff: true }] as const);
  return { ...changed, ...more, detailedDiff: Object.fromEntries(entries) };
}

describe("a diff", () => {
  it("replaces where a key or a detail says so", () => {
    expect(isReplacement(replacementBecause("id"))).toBe(true);
    expect(isReplacement(detailed({ a: "add-replace" }))).toBe(true);
    expect(isReplacement(detailed({ a: "add" }))).toBe(false);
  });

  it("that the provider cannot make is made of the inputs, ignoring how they are wrapped", () => {
    const unknown: DiffResult = { ...unchanged, changes: "unknown" };
    const inputs = { old: { a: new Secret(1), b: 1 }, new: { a: 1, b: 2, c: 3 }, ignore: ["c"] };
    const diff = diffInputs(unknown, inputs);
    expect(diff.changes).toBe("some");
    expect(diff.changedKeys).toEqual(["b"]);
    expect(diffInputs(unknown, { ...inputs, ignore: ["b", "c"] }).changes).toBe("none");
    expect(diffInputs(changed, inputs)).toBe(changed);
  });

  it("turns around", () => {
    const diff = detailed({ a: "add", b: "delete-replace", c: "update" });
    expect(invertDiff(diff).detailedDiff).toMatchObject({
      a: { kind: "delete" },
      b: { kind: "add-replace" },
      c: { kind: "update" },
    });
    expect(invertDiff(changed)).toBe(changed);
  });
});

describe("replaceOnChanges", () => {
  it("makes replacements of the changes inside its paths", () => {
    const diff = detailed({ "m.x": "update", b: "add" }, { changedKeys: ["m", "b"] });
    const applied = applyReplaceOnChanges(diff, ["m.x"], false);
    expect(applied.detailedDiff).toMatchObject({ "m.x": { kind: "update-replace" }, b: { kind: "add" } });
    expect(applied.replaceKeys).toEqual([]);
    expect(applyReplaceOnChanges(diff, ["*"], false).replaceKeys).toEqual(["m", "b"]);
  });

  it("does nothing where nothing changed, not even to a path that is none", () => {
    expect(applyReplaceOnChanges(unchanged, ["*"], false)).toBe(unchanged);
    expect(applyReplaceOnChanges(unchanged, ["["], false)).toBe(unchanged);
    expect(() => applyReplaceOnChanges(changed, ["["], false)).toThrow(
      "missing closing bracket in array index",
    );
  });

  it("takes initialisation errors for a change where a path contains them", () => {
    expect(applyReplaceOnChanges(unchanged, ["*"], true)).toMatchObject({
      changes: "some",
      replaceKeys: ["#initerror"],
      detailedDiff: undefined,
    });
    const withDetails = applyReplaceOnChanges(detailed({}), ["#initerror"], true);
    expect(withDetails.detailedDiff).toEqual({ "#initerror": { kind: "update-replace", inputDiff: false } });
    expect(applyReplaceOnChanges(unchanged, ["a"], true).changes).toBe("none");
  });
});

describe("a replacement trigger", () => {
  it.each([
    [1, 2, true],
    [1, new Secret(1), false],
    [undefined, 1, false],
    [1, null, false],
    [1, computed, true],
  ])("from %o to %o fires: %s", (old, next, fires) => {
    expect(isTriggered(old, next)).toBe(fires);
  });
});
