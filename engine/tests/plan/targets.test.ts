import { describe, expect, it } from "vitest";
import { dependsOnTargets, UrnTargets } from "../../src/plan/targets.ts";
import { resourceState } from "../../src/state/resource.ts";

const urn = (name: string): string => `urn:pulumi:dev::proj::a:b:C::${name}`;

describe("targets", () => {
  it("without entries contain everything and constrain nothing", () => {
    expect(UrnTargets.of([]).isConstrained).toBe(false);
    expect(UrnTargets.of([]).has("anything")).toBe(true);
  });

  it.each([
    [urn("x"), urn("x"), true],
    [urn("x"), urn("y"), false],
    ["**x", urn("x"), true],
    ["*x", urn("x"), false],
    ["urn:pulumi:*::proj::a:b:*::x", urn("x"), true],
    ["urn:pulumi:*::x", urn("x"), false],
    ["**a:b.C**", urn("x"), false],
  ])("%s contains %s: %s", (pattern, name, contained) => {
    expect(UrnTargets.of([pattern]).has(name)).toBe(contained);
  });

  it("grow without changing", () => {
    const targets = UrnTargets.of([urn("a"), "**z"]);
    const more = targets.with(urn("b"));
    expect(more.literalUrns).toEqual([urn("a"), urn("b")]);
    expect(targets.has(urn("b"))).toBe(false);
    expect(more.has(urn("z"))).toBe(true);
  });

  it("are reached by parents, providers and every kind of dependency", () => {
    const base = resourceState({ urn: urn("me"), type: "a:b:C", custom: true });
    const targets = UrnTargets.of([urn("x")]);
    expect(dependsOnTargets(base, targets)).toBe(false);
    const ways = [
      { parent: urn("x") },
      { provider: `${urn("x")}::id` },
      { dependencies: [urn("x")] },
      { propertyDependencies: { p: [urn("x")] } },
      { deletedWith: urn("x") },
      { replaceWith: [urn("x")] },
    ];
    for (const way of ways) expect(dependsOnTargets({ ...base, ...way }, targets)).toBe(true);
    expect(dependsOnTargets({ ...base, parent: urn("x") }, UrnTargets.of([]))).toBe(false);
  });
});
