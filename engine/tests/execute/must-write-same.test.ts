import { describe, expect, it } from "vitest";
import { mustWriteSame } from "../../src/execute/must-write-same.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const base = resourceState({ urn: "u", type: "t", custom: true, dependencies: ["a", "b"], inputs: { x: 1 } });

describe("an unchanged resource", () => {
  it.each<[string, Partial<ResourceState>]>([
    ["urn", { urn: "v" }],
    ["provider", { provider: "p::1" }],
    ["protection", { protect: true }],
    ["timeouts", { customTimeouts: { create: 5 } }],
    ["companions", { replaceWith: ["a"] }],
    ["dependencies", { dependencies: ["a"] }],
    ["inputs", { inputs: { x: 2 } }],
    ["outputs", { outputs: { x: 2 } }],
    ["trigger", { replacementTrigger: 1 }],
    ["hooks", { resourceHooks: { BeforeCreate: ["h"] } }],
  ])("is written where its %s changed", (_, change) => {
    expect(mustWriteSame(base, { ...base, ...change })).toBe(true);
  });

  it("is not written for what only describes it", () => {
    const described = {
      sourcePosition: "x",
      initErrors: ["y"],
      dependencies: ["b", "a"],
      customTimeouts: { create: 0 },
    };
    expect(mustWriteSame(base, { ...base, ...described })).toBe(false);
  });
});
