import { describe, expect, it } from "vitest";
import { satisfiesVersionRange } from "../../src/protocol/version-range.ts";

describe("satisfiesVersionRange", () => {
  it.each([
    [">=3.1.0 <4.0.0", true],
    [">= 3.1.0  < 3.2.0", false],
    ["<3.0.0 || >3.259.0", true],
    ["3.260.0", true],
    ["==3.260.0", true],
    ["3.x", true],
    ["!3.260.0", false],
    ["!=3.259.0", true],
    [">3.0.0 !3.260.0 || <2.0.0", false],
  ])("tells whether 3.260.0 lies in %s", (range, expected) => {
    expect(satisfiesVersionRange("3.260.0", range)).toBe(expected);
  });

  it.each(["", "three", ">=3.0.0 ||", "!"])("refuses %j", (range) => {
    expect(() => satisfiesVersionRange("3.260.0", range)).toThrow("is not a version range");
  });
});
