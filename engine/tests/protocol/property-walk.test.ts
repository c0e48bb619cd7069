import { describe, expect, it } from "vitest";
import {
  Archive,
  Asset,
  computed,
  OutputValue,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "../../src/protocol/property-value.ts";
import { containsUnknowns, downgradeOutputs, outputDependencies } from "../../src/protocol/property-walk.ts";

const known = new OutputValue("v", false, ["urn:a"]);
const unknown = new OutputValue(undefined, true, ["urn:b", "urn:a"]);

describe("containsUnknowns", () => {
  it.each<[string, PropertyValue, boolean]>([
    ["an unknown", computed, true],
    ["an unknown output", unknown, true],
    ["an output with an unknown inside", new OutputValue([computed], false, []), true],
    ["a secret with an unknown inside", new Secret({ a: [computed] }), true],
    ["a known output", known, false],
    ["a reference without an id", new ResourceReference("urn:a", computed, ""), false],
    ["plain values", { a: [1, "b", null, true] }, false],
    ["an asset", new Asset({ text: "" }, ""), false],
    ["an archive", new Archive({ assets: {} }, ""), false],
  ])("looks into %s", (_, value, expected) => {
    expect(containsUnknowns(value)).toBe(expected);
  });
});

describe("outputDependencies", () => {
  it("finds each URN once, in order", () => {
    expect(outputDependencies({ a: [unknown], b: new Secret({ c: known }) })).toEqual(["urn:b", "urn:a"]);
  });
});

describe("downgradeOutputs", () => {
  it("replaces outputs by what they hold", () => {
    const nested = new OutputValue({ deep: known }, true, []);
    expect(downgradeOutputs({ known, unknown, nested, plain: [new Secret(known), 1] })).toEqual({
      known: "v",
      unknown: new Secret(computed),
      nested: new Secret({ deep: "v" }),
      plain: [new Secret("v"), 1],
    });
  });
});
