import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DependencyGraph } from "../../src/plan/dependency-graph.ts";
import type { TrackedResource } from "../../src/plan/step.ts";
import { type ResourceState, resourceState } from "../../src/state/resource.ts";

function node(name: string, fields: Partial<ResourceState> = {}): TrackedResource {
  return { state: resourceState({ urn: name, type: "a:b:C", custom: true, ...fields }) };
}

const names = (nodes: Iterable<TrackedResource>): readonly string[] => [...nodes].map((n) => n.state.urn);
const all = { ignore: () => false, children: true };

describe("a dependency graph", () => {
  const provider = node("provider", { id: "p" });
  const group = node("group", { custom: false });
  const child = node("child", { parent: "group", provider: "provider::p" });
  const user = node("user", { dependencies: ["group"] });
  const far = node("far", { propertyDependencies: { x: ["user"] } });
  const graph = new DependencyGraph([provider, group, child, user, far]);

  it("finds dependents, with or without children", () => {
    expect(names(graph.dependentsOf(group, { ...all, children: false }))).toEqual(["user", "far"]);
    expect(names(graph.dependentsOf(group, all))).toEqual(["child", "user", "far"]);
    expect(names(graph.dependentsOf(provider, all))).toEqual(["child"]);
    expect(names(graph.dependentsOf(group, { children: true, ignore: (urn) => urn === "user" }))).toEqual([
      "child",
    ]);
  });

  it("finds the dependents of copies that share a URN, and only what stands after them", () => {
    const early = node("early", { dependencies: ["twin"] });
    const [old, between, twin] = [node("twin"), node("between", { dependencies: ["twin"] }), node("twin")];
    const late = node("late", { dependencies: ["between", "twin"] });
    const twins = new DependencyGraph([early, old, between, twin, late]);
    expect(names(twins.dependentsOf(old, all))).toEqual(["between", "late"]);
    expect(names(twins.dependentsOf(twin, all))).toEqual(["late"]);
  });

  it("lets a component stand for its descendants", () => {
    expect(names(graph.dependenciesOf(user))).toEqual(["group", "child"]);
    expect(names(graph.dependenciesOf(child))).toEqual(["provider", "group"]);
    expect(new Set(names(graph.transitiveDependenciesOf(far)))).toEqual(
      new Set(["user", "group", "child", "provider"]),
    );
  });

  it("lets another node stand for one of its own", () => {
    const refreshed = node("user", { dependencies: ["group"] });
    graph.alias(refreshed, user);
    expect(graph.contains(refreshed)).toBe(true);
    expect(names(graph.dependenciesOf(refreshed))).toEqual(["group", "child"]);
    expect(graph.contains(node("user"))).toBe(false);
    expect(() => graph.dependenciesOf(node("stranger"))).toThrow("dependency graph");
  });

  it("orders deletions in layers, dependents first", () => {
    expect(graph.deleteLayers([provider, group, child, user, far]).map(names)).toEqual([
      ["far"],
      ["user"],
      ["child"],
      ["provider", "group"],
    ]);
    expect(graph.deleteLayers([far, provider]).map(names)).toEqual(
      [["provider", "far"].reverse()].map((l) => [...l].sort()),
    );
  });

  it("never puts a dependency before its dependent", () => {
    const edges = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(edges, (lists) => {
        const nodes = lists.map((list, i) =>
          node(`n${i}`, { dependencies: list.filter((j) => j < i).map((j) => `n${j}`) }),
        );
        const random = new DependencyGraph(nodes);
        const layers = random.deleteLayers(nodes);
        const layerOf = new Map(layers.flatMap((layer, i) => layer.map((n) => [n, i] as const)));
        expect(layerOf.size).toBe(nodes.length);
        for (const n of nodes) {
          for (const dependency of random.dependenciesOf(n)) {
            expect(layerOf.get(n)).toBeLessThan(layerOf.get(dependency) ?? -1);
          }
        }
      }),
    );
  });
});
