import { describe, expect, it } from "vitest";
import { requirePulumiVersion } from "../../src/project/required-version.ts";

describe("requirePulumiVersion", () => {
  it("lets the versions through that are named, or any where none is", () => {
    for (const range of ["", ">=3.0.0 <4.0.0", "3.260.0"]) requirePulumiVersion(range);
  });

  it("refuses others", () => {
    expect(() => requirePulumiVersion("<1.0.0")).toThrow(
      'Pulumi CLI version 3.260.0 does not satisfy the version range "<1.0.0"',
    );
  });

  it("says so where it is no range", () => {
    expect(() => requirePulumiVersion("soon")).toThrow('parsing CLI version range "soon"');
  });
});
