import { describe, expect, it } from "vitest";
import { policyPackSources } from "../../src/cli/policy-flags.ts";

const packs = (flags: { readonly [name: string]: readonly string[] }) =>
  policyPackSources({ positionals: [], flags });

describe("policyPackSources", () => {
  it("gives each pack the configuration of the same place", () => {
    expect(packs({})).toEqual([]);
    expect(packs({ "policy-pack": ["a", "b,c"] })).toEqual([
      { path: "a", config: undefined },
      { path: "b", config: undefined },
      { path: "c", config: undefined },
    ]);
    expect(packs({ "policy-pack": ["a", "b"], "policy-pack-config": ["x.json", ""] })).toEqual([
      { path: "a", config: "x.json" },
      { path: "b", config: undefined },
    ]);
  });

  it("refuses configurations that belong to no pack", () => {
    expect(() => packs({ "policy-pack-config": ["x"] })).toThrow('must be specified with "--policy-pack"');
    expect(() => packs({ "policy-pack": ["a", "b"], "policy-pack-config": ["x"] })).toThrow(
      "must match the number",
    );
  });
});
