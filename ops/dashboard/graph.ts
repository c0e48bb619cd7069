import dagre from "@dagrejs/dagre";
import { nameOf, typeOf } from "../urn.ts";
import type { Box, GraphEdge, GraphNode, GraphPart } from "./parts.ts";
import type { StateResource } from "./state.ts";

const NODE = { width: 190, height: 40 };

const SPACING = { rankdir: "LR", nodesep: 8, edgesep: 4, ranksep: 40, marginx: 12, marginy: 12 };

/** The graph of a state: what each resource is in and what it needs. Providers and the stack itself are left out. */
export function layOutGraph(resources: readonly StateResource[]): GraphPart {
  const shown = new Map(resources.filter(isShown).map((resource) => [resource.urn, resource]));
  const graph = new dagre.graphlib.Graph();
  graph.setGraph(SPACING);
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { urn, custom, dependencies } of shown.values()) {
    if (custom) graph.setNode(urn, { ...NODE });
    for (const needed of resourcesOnly(dependencies, shown)) graph.setEdge(needed, urn);
  }
  dagre.layout(graph);
  const { width, height } = graph.graph();
  return {
    // A graph without nodes is told to be infinitely small.
    width: Math.max(0, Math.ceil(width ?? 0)),
    height: Math.max(0, Math.ceil(height ?? 0)),
    nodes: [...shown.values()].map((resource) => toNode(resource, shown, graph.node(resource.urn))),
    edges: graph.edges().map(({ v, w }: { v: string; w: string }): GraphEdge => {
      const { points } = graph.edge(v, w) as { points: { x: number; y: number }[] };
      return { from: w, to: v, points: points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) })) };
    }),
  };
}

type Shown = ReadonlyMap<string, StateResource>;

function isShown({ type }: StateResource): boolean {
  return !type.startsWith("pulumi:");
}

/** Needing a component means needing what is in it, which the state lists too. */
function resourcesOnly(dependencies: readonly string[], shown: Shown): string[] {
  return dependencies.filter((urn) => shown.get(urn)?.custom === true);
}

function toNode(resource: StateResource, shown: Shown, place: Box | undefined): GraphNode {
  const { urn, parent, pending, custom } = resource;
  return {
    urn,
    name: nameOf(urn),
    type: typeOf(urn),
    dependencies: resourcesOnly(resource.dependencies, shown),
    ...(parent !== undefined && shown.has(parent) && { parent }),
    ...(pending !== undefined && { pending }),
    ...(custom && place !== undefined && { box: boxOf(place) }),
  };
}

/** The layout tells centres. */
function boxOf({ x, y, width, height }: Box): Box {
  return { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height };
}
