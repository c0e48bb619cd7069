import { describe, expect, it } from "vitest";
import { normalizeUrns } from "../../src/state/normalize-urns.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

const urn = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;

function resource(fields: Partial<ResourceState> & { readonly urn: string }): ResourceState {
  return resourceState({ type: "t", custom: true, ...fields });
}

describe("normalizeUrns", () => {
  it("leaves a state without aliases as it is", () => {
    const resources = [resource({ urn: urn("t:m:R", "a") })];
    expect(normalizeUrns(resources)).toBe(resources);
  });

  it("rewrites everything that refers to a resource by an alias, and drops the alias", () => {
    const [old, present] = [urn("t:m:Old", "a"), urn("t:m:New", "a")];
    const untouched = resource({ urn: urn("t:m:R", "other") });
    const [renamed, user, other] = normalizeUrns([
      resource({ urn: present, aliases: [old, old] }),
      resource({
        urn: urn("t:m:R", "user"),
        provider: `${old}::id`,
        dependencies: [old, untouched.urn],
        propertyDependencies: { x: [old] },
        deletedWith: old,
        replaceWith: [old],
        viewOf: old,
      }),
      untouched,
    ]);
    expect(renamed).toMatchObject({ urn: present, aliases: [] });
    expect(user).toMatchObject({
      provider: `${present}::id`,
      dependencies: [present, untouched.urn],
      propertyDependencies: { x: [present] },
      deletedWith: present,
      replaceWith: [present],
      viewOf: present,
    });
    expect(other).toBe(untouched);
  });

  it("moves the children of a renamed parent, and theirs, under its new type", () => {
    const [old, present] = [urn("a:b:Old", "c"), urn("a:b:New", "c")];
    const child = urn("a:b:Old$t:m:R", "child");
    const grandchild = urn("a:b:Old$t:m:R$t:m:S", "grandchild");
    const urns = normalizeUrns([
      resource({ urn: present, aliases: [old] }),
      resource({ urn: child, parent: old }),
      resource({ urn: grandchild, parent: child }),
    ]).map((state) => [state.urn, state.parent]);
    expect(urns).toEqual([
      [present, ""],
      [urn("a:b:New$t:m:R", "child"), present],
      [urn("a:b:New$t:m:R$t:m:S", "grandchild"), urn("a:b:New$t:m:R", "child")],
    ]);
  });

  it("does not rename what is below the root stack, nor what has no proper URN", () => {
    const root = urn("pulumi:pulumi:Stack", "p-s");
    const states = normalizeUrns([
      resource({ urn: root, aliases: [urn("pulumi:pulumi:Stack", "p-old")] }),
      resource({ urn: urn("t:m:R", "a"), parent: urn("pulumi:pulumi:Stack", "p-old"), provider: "odd" }),
      resource({ urn: "odd", parent: "none" }),
    ]);
    expect(states.map((state) => [state.urn, state.parent])).toEqual([
      [root, ""],
      [urn("t:m:R", "a"), root],
      ["odd", "none"],
    ]);
  });

  it("refuses two resources that claim one alias", () => {
    const alias = urn("t:m:R", "old");
    const claim = (name: string) => resource({ urn: urn("t:m:R", name), aliases: [alias] });
    expect(() => normalizeUrns([claim("a"), claim("b")])).toThrow(
      `Two resources ('${urn("t:m:R", "a")}' and '${urn("t:m:R", "b")}') aliased to the same: '${alias}'`,
    );
  });
});
