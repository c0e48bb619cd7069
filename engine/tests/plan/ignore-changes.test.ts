import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ignoreChanges } from "../../src/plan/ignore-changes.ts";
import { type PropertyMap, Secret } from "../../src/protocol/property-value.ts";

function ignored(old: PropertyMap, next: PropertyMap, path: string): PropertyMap | "invalid" {
  const { inputs, invalidPaths } = ignoreChanges(next, old, [path]);
  return invalidPaths.length > 0 ? "invalid" : inputs;
}

describe("ignoreChanges", () => {
  it.each<[string, PropertyMap, PropertyMap, string, PropertyMap | "invalid"]>([
    ["puts the old value back", { a: 1 }, { a: 2, b: 3 }, "a", { a: 1, b: 3 }],
    ["removes what was not there", { b: 1 }, { a: 2, b: 1 }, "a", { b: 1 }],
    ["adds what was removed", { a: 1 }, {}, "a", { a: 1 }],
    ["goes into maps", { m: { x: 1 } }, { m: { x: 2, y: 3 } }, "m.x", { m: { x: 1, y: 3 } }],
    ["goes into arrays", { l: [1, 2] }, { l: [3, 4] }, "l[1]", { l: [3, 2] }],
    ["goes through arrays", { l: [{ x: 1 }] }, { l: [{ x: 2 }] }, "l[0].x", { l: [{ x: 1 }] }],
    ["cannot add an element", { l: [1, 2] }, { l: [1] }, "l[1]", "invalid"],
    ["sees no change past both ends", { l: [1] }, { l: [2] }, "l[7]", { l: [2] }],
    ["cannot go past an end", { l: [1] }, { l: [2] }, "l[7].x", "invalid"],
    ["refuses negative indexes", { l: [1] }, { l: [2] }, "l[-1]", "invalid"],
    ["cannot index what is no array on one side", { l: 1 }, { l: [2] }, "l[0]", "invalid"],
    ["sees no change where neither side is an array", { l: 1 }, { l: 2 }, "l[0]", { l: 2 }],
    ["cannot put a key into a scalar", { m: { x: 1 } }, { m: 2 }, "m.x", "invalid"],
    ["sees no change where no side is a map", { m: 1 }, { m: 2 }, "m.x", { m: 2 }],
    ["cannot follow a path that one side lost", { m: { x: { y: 1 } } }, { m: {} }, "m.x.y", "invalid"],
    ["sees no change where both lack the path", { m: {} }, { m: {} }, "m.x.y", { m: {} }],
    ["cannot follow a path into one map only", { m: 1 }, { m: { x: {} } }, "m.x.y", "invalid"],
    ["takes all keys back with a star", { m: { x: 1 } }, { m: { x: 2, y: 3 } }, "m.*", { m: { x: 1 } }],
    ["takes all elements back with a star", { l: [1, 2] }, { l: [3, 4] }, "l[*]", { l: [1, 2] }],
    ["cannot change the length with a star", { l: [1] }, { l: [3, 4] }, "l[*]", "invalid"],
    ["goes into every key", { m: { a: { x: 1 } } }, { m: { a: { x: 2 } } }, "m.*.x", { m: { a: { x: 1 } } }],
    ["goes into every element", { l: [{ x: 1 }] }, { l: [{ x: 2 }] }, "l[*].x", { l: [{ x: 1 }] }],
    ["cannot go into a key that is gone", { m: { a: { x: 1 } } }, { m: {} }, "m.*.x", "invalid"],
    ["cannot go into every part of a scalar", { m: 1 }, { m: 2 }, "m.*.x", "invalid"],
    ["finds nothing in a scalar", { m: 1 }, { m: 2 }, "m.*", "invalid"],
    ["leaves a map that was none", { m: 1 }, { m: { x: 1 } }, "m.*", { m: { x: 1 } }],
    ["leaves an array that was none", { m: 1 }, { m: [1] }, "m[*]", { m: [1] }],
    ["skips what is no path", { a: 1 }, { a: 2 }, "a[", { a: 2 }],
  ])("%s", (_, old, next, path, expected) => {
    expect(ignored(old, next, path)).toEqual(expected);
  });

  it("keeps an old secret secret", () => {
    expect(ignored({ m: new Secret({ x: 1 }) }, { m: { x: 2 } }, "m.x")).toEqual({ m: { x: new Secret(1) } });
    expect(ignored({ m: new Secret({ x: 1 }) }, { m: new Secret({ x: 2 }) }, "m.x")).toEqual({
      m: new Secret({ x: 1 }),
    });
  });

  it("of everything gives the old inputs", () => {
    const map = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null)));
    fc.assert(
      fc.property(map, map, (old, next) => {
        expect(ignoreChanges(next, old, ["*"]).inputs).toEqual(old);
      }),
    );
  });
});
