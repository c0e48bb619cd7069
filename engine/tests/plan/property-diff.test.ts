import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffObjects, mapsEqual, unwrap, valuesEqual } from "../../src/plan/property-diff.ts";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";

describe("the difference of two maps", () => {
  it("names every place, and the keys that changed", () => {
    const found = diffObjects(
      { same: 1, changed: 1, gone: 1, list: [1, 2], map: { x: 1, y: 1 } },
      { same: 1, changed: 2, fresh: 1, list: [1, 3, 4], map: { x: 2, "y.z": 1 } },
    );
    expect(found?.changedKeys).toEqual(["changed", "fresh", "gone", "list", "map"]);
    const kinds = Object.entries(found?.detailedDiff ?? {}).map(([path, d]) => `${d.kind} ${path}`);
    expect(kinds).toEqual([
      "update changed",
      "add fresh",
      "delete gone",
      "update list[1]",
      "add list[2]",
      "update map.x",
      "delete map.y",
      'add map["y.z"]',
    ]);
  });

  it("is none between null and absent", () => {
    expect(diffObjects({ a: null }, {})).toBeUndefined();
  });

  it("tells a shorter array", () => {
    expect(diffObjects({ l: [1, 2] }, { l: [1] })?.detailedDiff).toEqual({
      "l[1]": { kind: "delete", inputDiff: true },
    });
  });

  it("is none exactly where the maps are equal", () => {
    const map = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<{ [key: string]: PropertyValue }>;
    fc.assert(
      fc.property(map, map, (a, b) => {
        expect(diffObjects(a, a)).toBeUndefined();
        expect(diffObjects(a, b) === undefined).toBe(mapsEqual(a, b));
      }),
    );
  });
});

describe("equality of values", () => {
  const reference = new ResourceReference("urn", "id", "");
  it.each<[PropertyValue, PropertyValue, boolean]>([
    [1, 1, true],
    [Number.NaN, Number.NaN, true],
    [1, "1", false],
    [[1, 2], [1, 2], true],
    [[1], [1, 2], false],
    [[1], { 0: 1 }, false],
    [{ a: 1 }, [1], false],
    [new Secret(1), new Secret(1), true],
    [new Secret(1), 1, false],
    [computed, computed, true],
    [computed, 1, false],
    [new OutputValue(1, false, ["a"]), new OutputValue(1, false, []), true],
    [new OutputValue(undefined, false, []), new OutputValue(null, false, []), false],
    [new OutputValue(1, true, []), new OutputValue(1, false, []), false],
    [new OutputValue(1, true, []), 1, false],
    [reference, new ResourceReference("urn", "id", ""), true],
    [new ResourceReference("urn", computed, ""), new ResourceReference("urn", computed, ""), true],
    [reference, new ResourceReference("urn", "other", ""), false],
    [reference, "urn", false],
    [new Asset({ text: "a" }, "h"), new Asset({ path: "b" }, "h"), true],
    [new Asset({ text: "a" }, "h"), new Asset({ text: "a" }, "i"), false],
    [new Asset({ text: "a" }, ""), new Asset({ text: "a" }, ""), true],
    [new Asset({ text: "a" }, ""), new Archive({ path: "a" }, ""), false],
    [new Archive({ path: "a" }, ""), new Archive({ path: "b" }, ""), false],
  ])("%o and %o: %s", (a, b, equal) => {
    expect(valuesEqual(a, b)).toBe(equal);
  });
});

describe("unwrapping", () => {
  it("opens secrets and outputs at any depth", () => {
    const value = {
      a: [new Secret({ b: new OutputValue(1, true, []) })],
      c: new OutputValue(undefined, false, []),
    };
    expect(unwrap(value)).toEqual({ a: [{ b: 1 }], c: computed });
  });
});
