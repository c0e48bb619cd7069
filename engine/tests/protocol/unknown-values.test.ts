import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unwrap } from "../../src/plan/property-diff.ts";
import {
  Archive,
  Asset,
  computed,
  containsUnknowns,
  isUnknown,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { downgradeOutputs } from "../../src/protocol/property-walk.ts";
import { unwrap as plainOf } from "../../src/providers/plain-values.ts";

const known = new OutputValue("v", false, ["urn:a"]);
const unknown = new OutputValue(undefined, true, ["urn:b", "urn:a"]);

describe("containsUnknowns", () => {
  it.each<[string, PropertyValue, boolean]>([
    ["an unknown", computed, true],
    ["an unknown output", unknown, true],
    ["an output with an unknown inside", new OutputValue([computed], false, []), true],
    ["a secret with an unknown inside", new Secret({ a: [computed] }), true],
    ["a secret output with an unknown inside", new OutputValue({ a: computed }, true, []), true],
    ["a known output", known, false],
    ["a reference without an id", new ResourceReference("urn:a", computed, ""), false],
    ["plain values", { a: [1, "b", null, true] }, false],
    ["an asset", new Asset({ text: "" }, ""), false],
    ["an archive", new Archive({ assets: {} }, ""), false],
  ])("looks into %s", (_, value, expected) => {
    expect(containsUnknowns(value)).toBe(expected);
  });
});

/** Values of every kind that are known. */
const { tree: knownValue } = fc.letrec<{ tree: PropertyValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string()),
    fc.constantFrom(
      new Asset({ text: "a" }, ""),
      new Archive({ assets: {} }, ""),
      new ResourceReference("urn:a", computed, ""),
    ),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(fc.string(), tie("tree"), { maxKeys: 3 }),
    tie("tree").map((value) => new Secret(value)),
    fc.tuple(tie("tree"), fc.boolean()).map(([value, secret]) => new OutputValue(value, secret, [])),
  ),
}));

/** What an unknown can be wrapped in, from the inside to the outside. */
const wrappings = fc.array(
  fc.oneof(
    fc.constant((value: PropertyValue): PropertyValue => new Secret(value)),
    fc.boolean().map(
      (secret) =>
        (value: PropertyValue): PropertyValue =>
          new OutputValue(value, secret, []),
    ),
    fc.tuple(fc.array(knownValue, { maxLength: 2 }), fc.array(knownValue, { maxLength: 2 })).map(
      ([before, after]) =>
        (value: PropertyValue): PropertyValue => [...before, value, ...after],
    ),
    fc.tuple(fc.dictionary(fc.string(), knownValue, { maxKeys: 2 }), fc.string()).map(
      ([around, key]) =>
        (value: PropertyValue): PropertyValue => ({ ...around, [`at ${key}`]: value }),
    ),
  ),
  { maxLength: 6 },
);
const nothing = fc.constantFrom<PropertyValue>(computed, unknown, new OutputValue(undefined, false, []));

describe("values that are not known", () => {
  it("are found wherever they are, and nowhere else", () => {
    fc.assert(fc.property(knownValue, (value) => !containsUnknowns(value)));
    fc.assert(
      fc.property(nothing, wrappings, (value, wraps) =>
        containsUnknowns(wraps.reduce((inner, wrap) => wrap(inner), value)),
      ),
    );
  });

  it("are the same whether secrets and outputs are opened or not", () => {
    const any = fc.oneof(
      knownValue,
      fc.tuple(nothing, wrappings).map(([value, wraps]) => wraps.reduce((inner, wrap) => wrap(inner), value)),
    );
    fc.assert(
      fc.property(any, (value) => {
        const found = containsUnknowns(value);
        expect(containsUnknowns(unwrap(value))).toBe(found);
        expect(containsUnknowns(plainOf(value))).toBe(found);
        expect(containsUnknowns(downgradeOutputs({ value }))).toBe(found);
        if (isUnknown(value)) expect(found).toBe(true);
      }),
    );
  });

  it("are none where there is no value", () => {
    expect(containsUnknowns(undefined)).toBe(false);
    expect(isUnknown(undefined)).toBe(false);
  });
});
