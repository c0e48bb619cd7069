import { invariant } from "../errors.ts";
import type { ResourceState } from "../state/resource.ts";
import { addToIndex } from "./add-to-index.ts";
import { allDependencies, ownDependencies } from "./dependencies.ts";

/** Whatever stands for a resource and has its state: the graph compares these by identity. */
export interface GraphNode {
  readonly state: ResourceState;
}

/** The dependencies among resources that are listed in dependency order, as a snapshot lists them. */
export class DependencyGraph<N extends GraphNode> {
  private readonly nodes: readonly N[];
  private readonly namesOf: (node: N) => readonly string[];
  private readonly indexes: Map<N, number>;
  private readonly byUrn: ReadonlyMap<string, readonly number[]>;
  private readonly descendants: ReadonlyMap<string, readonly number[]>;
  /** Made when first asked for. */
  private readonly dependents = new Map<"all" | "own", ReadonlyMap<string, readonly number[]>>();

  /** `formerUrn`: another URN by which what is recorded knows a node. */
  constructor(nodes: readonly N[], formerUrn: (node: N) => string | undefined = () => undefined) {
    this.nodes = nodes;
    this.namesOf = (node) => {
      const former = formerUrn(node);
      return former === undefined ? [node.state.urn] : [node.state.urn, former];
    };
    this.indexes = new Map(nodes.map((node, i) => [node, i]));
    this.byUrn = indexByUrn(nodes, this.namesOf);
    this.descendants = indexDescendants(nodes);
  }

  /** Lets another node stand where one of the graph is. */
  alias(node: N, existing: N): void {
    this.indexes.set(node, this.indexOf(existing));
  }

  contains(node: N): boolean {
    return this.indexes.has(node);
  }

  /** Resources that depend on a node, directly or not, in dependency order. */
  dependentsOf(node: N, options: { ignore: (urn: string) => boolean; children: boolean }): readonly N[] {
    const dependents = this.dependentsByUrn(options.children ? "all" : "own");
    const found = new Set<number>();
    const open = [{ names: this.namesOf(node), index: this.indexOf(node) }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const index of next.names.flatMap((name) => dependents.get(name) ?? [])) {
        const dependent = this.at(index);
        if (index <= next.index || found.has(index) || options.ignore(dependent.state.urn)) continue;
        found.add(index);
        open.push({ names: this.namesOf(dependent), index });
      }
    }
    return [...found].sort((a, b) => a - b).map((index) => this.at(index));
  }

  private dependentsByUrn(kind: "all" | "own"): ReadonlyMap<string, readonly number[]> {
    const known = this.dependents.get(kind);
    if (known !== undefined) return known;
    const dependenciesOf = kind === "all" ? allDependencies : ownDependencies;
    const indexed = new Map<string, number[]>();
    for (const [index, { state }] of this.nodes.entries()) {
      for (const urn of dependenciesOf(state)) {
        addToIndex(indexed, urn, index);
      }
    }
    this.dependents.set(kind, indexed);
    return indexed;
  }

  /** Resources that a node depends on directly; a component stands for its descendants that are before the node. */
  dependenciesOf(node: N): ReadonlySet<N> {
    const limit = this.indexOf(node);
    const found = new Set<N>();
    for (const urn of allDependencies(node.state)) {
      for (const i of this.byUrn.get(urn) ?? []) {
        if (i < limit) this.addDependency(i, { limit, found, isParentOnly: urn === node.state.parent });
      }
    }
    return found;
  }

  private addDependency(
    index: number,
    context: { limit: number; found: Set<N>; isParentOnly: boolean },
  ): void {
    const dependency = this.at(index);
    context.found.add(dependency);
    if (dependency.state.custom || context.isParentOnly) return;
    for (const i of this.namesOf(dependency).flatMap((name) => this.descendants.get(name) ?? [])) {
      if (i < context.limit) context.found.add(this.at(i));
    }
  }

  /** Everything a node depends on, directly or not. */
  transitiveDependenciesOf(node: N): ReadonlySet<N> {
    const found = new Set<N>();
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const dependency of this.dependenciesOf(next)) {
        if (found.has(dependency)) continue;
        found.add(dependency);
        open.push(dependency);
      }
    }
    return found;
  }

  /** Orders deletions: each layer may go at once when the layers before it are gone, dependents first. */
  deleteLayers(condemned: readonly N[]): readonly (readonly N[])[] {
    // By index, as a node may stand where another is.
    const depth = new Map<number, number>();
    const members = new Set(condemned);
    const indexes = new Set([...members].map((node) => this.indexOf(node)));
    for (const node of [...members].sort((a, b) => this.indexOf(a) - this.indexOf(b))) {
      let deepest = 0;
      for (const dependency of this.dependenciesOf(node)) {
        const index = this.indexOf(dependency);
        if (indexes.has(index)) deepest = Math.max(deepest, (depth.get(index) ?? 0) + 1);
      }
      depth.set(this.indexOf(node), deepest);
    }
    const layers: N[][] = [];
    for (const node of members) {
      const at = depth.get(this.indexOf(node)) ?? 0;
      while (layers.length <= at) layers.push([]);
      layers[at]?.push(node);
    }
    return layers.reverse();
  }

  private indexOf(node: N): number {
    const index = this.indexes.get(node);
    invariant(index !== undefined, `${node.state.urn} is in the dependency graph`);
    return index;
  }

  private at(index: number): N {
    const node = this.nodes[index];
    invariant(node !== undefined, `the dependency graph has a node ${index}`);
    return node;
  }
}

function indexByUrn<N extends GraphNode>(
  nodes: readonly N[],
  namesOf: (node: N) => readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [i, node] of nodes.entries()) {
    for (const name of namesOf(node)) {
      addToIndex(found, name, i);
    }
  }
  return found;
}

function indexDescendants<N extends GraphNode>(nodes: readonly N[]): ReadonlyMap<string, readonly number[]> {
  const parents = new Map<string, string>();
  const found = new Map<string, number[]>();
  for (const [i, node] of nodes.entries()) {
    parents.set(node.state.urn, node.state.parent);
    for (let up = node.state.parent; up !== ""; up = parents.get(up) ?? "") {
      addToIndex(found, up, i);
    }
  }
  return found;
}
