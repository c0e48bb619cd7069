import { describe, expect, it } from "vitest";
import { type ExplainedStep, explainReplacements } from "../../src/plan/replacement-reasons.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const urnOf = (name: string) => `urn:pulumi:test::proj::a:b:C::${name}`;

function step(
  name: string,
  fields: Partial<ExplainedStep> & { readonly state?: Partial<ResourceState> } = {},
): ExplainedStep {
  const { state, ...rest } = fields;
  const next = resourceState({ urn: urnOf(name), type: "a:b:C", custom: true, ...state });
  return { op: "replace", urn: urnOf(name), keys: [], diffs: [], old: next, new: next, ...rest };
}

const reads = (property: string, ...names: readonly string[]) => ({
  propertyDependencies: { [property]: names.map(urnOf) },
});

function explained(steps: readonly ExplainedStep[]): readonly string[] {
  return explainReplacements(steps).map(({ urn, chain }) => {
    const links = chain.map((link) => `${link.urn.split("::").at(-1)}:${link.keys.join("+")}`);
    return `${urn.split("::").at(-1)} <- ${links.join(" ")}`;
  });
}

describe("why a resource is replaced", () => {
  it("is its own change where nothing else changed", () => {
    expect(explained([step("a", { keys: ["zone"] })])).toEqual(["a <- a:zone"]);
    expect(explained([step("a")])).toEqual(["a <- a:"]);
    expect(explained([])).toEqual([]);
  });

  it("is traced through properties to where it began", () => {
    const steps = [
      step("a", { op: "create-replacement", keys: ["zone"] }),
      step("a", { keys: ["zone"] }),
      step("b", { keys: ["of.id"], state: reads("of", "a") }),
      step("c", { keys: ["x", "of[0]"], state: reads("of", "other", "b") }),
    ];
    expect(explained(steps)).toEqual(["a <- a:zone", "b <- a:zone b:of.id", "c <- a:zone b:of.id c:x+of[0]"]);
  });

  it("names the property of a dependent that was deleted first", () => {
    const steps = [step("a", { keys: ["zone"] }), step("b", { state: reads("of", "a") })];
    expect(explained(steps)).toEqual(["a <- a:zone", "b <- a:zone b:of"]);
  });

  it("may begin with an update, but rather with a replacement", () => {
    const updated = step("u", { op: "update", diffs: ["size"] });
    const both = step("b", { keys: ["of"], state: reads("of", "u", "a") });
    expect(explained([updated, step("b", { keys: ["of"], state: reads("of", "u") })])).toEqual([
      "b <- u:size b:of",
    ]);
    expect(explained([updated, step("a", { keys: ["zone"] }), both])).toEqual([
      "a <- a:zone",
      "b <- a:zone b:of",
    ]);
  });

  it("may come through the provider or an option", () => {
    const cause = step("a", { keys: ["zone"] });
    const others = [
      step("p", { keys: ["provider"], state: { provider: `${urnOf("a")}::id` } }),
      step("d", { keys: ["deletedWith"], state: { deletedWith: urnOf("a") } }),
      step("w", { keys: ["replaceWith"], state: { replaceWith: [urnOf("x"), urnOf("a")] } }),
      step("n", { keys: ["provider"] }),
      step("m", { keys: ["deletedWith"] }),
    ];
    expect(explained([cause, ...others]).slice(1)).toEqual([
      "p <- a:zone p:provider",
      "d <- a:zone d:deletedWith",
      "w <- a:zone w:replaceWith",
      "n <- n:provider",
      "m <- m:deletedWith",
    ]);
  });

  it("ends where causes go round, and passes over what says nothing", () => {
    const steps = [
      step("a", { keys: ["of"], state: reads("of", "b", "a") }),
      step("b", { keys: ["of"], state: reads("of", "a") }),
      step("c", { op: "delete" }),
      step("d", { old: undefined, new: undefined }),
    ];
    expect(explained(steps)).toEqual(["a <- b:of a:of", "b <- a:of b:of"]);
  });
});
