import { describe, expect, it } from "vitest";
import { computed, OutputValue, Secret } from "../../src/protocol/property-value.ts";
import { downgradeOutputs, outputDependencies } from "../../src/protocol/property-walk.ts";

const known = new OutputValue("v", false, ["urn:a"]);
const unknown = new OutputValue(undefined, true, ["urn:b", "urn:a"]);

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
