import { html } from "../html.js";
import { hrefOf } from "../route.js";
import { partOf } from "../store.js";
import { nameOf } from "./plan.js";

/** @import { GraphEdge, GraphNode, PlanPart } from "../../parts.ts" */

const LEGEND = ["same", "create", "update", "replace", "delete", "pending"];

/** @param {import("../view.js").ViewProps} props */
export function GraphView({ store, route: { stack, detail } }) {
  const graph = partOf(store, stack, "graph");
  if (graph === undefined) return html`<p class="nothing">Reading the state …</p>`;
  if (graph.nodes.length === 0) return html`<p class="nothing">${stack} has no resources.</p>`;
  const ops = plannedOps(partOf(store, stack, "plan"));
  const stateOf = (/** @type {GraphNode} */ { urn, pending }) =>
    pending !== undefined ? "pending" : (ops.get(urn) ?? "same");
  const chosen = graph.nodes.find(({ urn }) => urn === detail);
  return html`
    <p class="legend">
      ${LEGEND.map((state) => html`<span key=${state} class="swatch ${state}">${state}</span>`)}
      <span>Colours are those of the last preview.</span>
    </p>
    ${chosen !== undefined && html`<${Chosen} node=${chosen} nodes=${graph.nodes} state=${stateOf(chosen)} stack=${stack} />`}
    <div class="scroll" tabindex="0" role="group" aria-label="Graph of the resources; below it as a list">
      <svg width=${graph.width} height=${graph.height} viewBox=${`0 0 ${graph.width} ${graph.height}`} aria-hidden="true">
        ${graph.edges.map((edge) => html`<${Edge} key=${edge.from + edge.to} edge=${edge} chosen=${chosen?.urn} />`)}
        ${graph.nodes
          .filter(({ box }) => box !== undefined)
          .map(
            (node) =>
              html`<${Resource} key=${node.urn} node=${node} state=${stateOf(node)} stack=${stack} isChosen=${node === chosen} />`,
          )}
      </svg>
    </div>
    <details>
      <summary>All ${graph.nodes.length} as a list</summary>
      <${Tree} nodes=${graph.nodes} stateOf=${stateOf} stack=${stack} />
    </details>
  `;
}

/**
 * @param {PlanPart | undefined} plan
 * @returns {ReadonlyMap<string, string>}
 */
function plannedOps(plan) {
  return new Map(plan?.state === "done" ? plan.changes.map(({ urn, op }) => [urn, op]) : []);
}

/** @param {{ edge: GraphEdge, chosen: string | undefined }} props */
function Edge({ edge: { from, to, points }, chosen }) {
  const path = points.map(({ x, y }) => `${x},${y}`).join(" ");
  return html`<polyline class=${`edge ${[from, to].includes(chosen ?? "") ? "chosen" : ""}`} points=${path} />`;
}

/** @param {{ node: GraphNode, state: string, stack: string, isChosen: boolean }} props */
function Resource({ node, state, stack, isChosen }) {
  const { name, type, urn, box } = node;
  if (box === undefined) return undefined;
  const { x, y, width, height } = box;
  const details = [type.split(":").at(-1), state === "same" ? undefined : state].filter(Boolean).join(" · ");
  const open = () => {
    location.hash = hrefOf({ stack, view: "graph", detail: urn });
  };
  return html`<g class=${`resource ${state} ${isChosen ? "chosen" : ""}`} onClick=${open}>
    <title>${name}: ${type}</title>
    <rect x=${x} y=${y} width=${width} height=${height} rx="4" />
    <text x=${x + 8} y=${y + 17}>${shorten(name)}</text>
    <text class="type" x=${x + 8} y=${y + 32}>${shorten(details)}</text>
  </g>`;
}

/** @param {string} text */
function shorten(text) {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}

/** @param {{ node: GraphNode, nodes: readonly GraphNode[], state: string, stack: string }} props */
function Chosen({ node, nodes, state, stack }) {
  const needing = nodes.filter(({ dependencies }) => dependencies.includes(node.urn)).map(({ urn }) => urn);
  const rows = [
    ["Type", html`<code>${node.type}</code>`],
    ["State", state === "pending" ? `${node.pending} was interrupted` : state],
    ["In", node.parent === undefined ? "the stack" : html`<${Links} urns=${[node.parent]} stack=${stack} />`],
    ["Needs", html`<${Links} urns=${node.dependencies} stack=${stack} />`],
    ["Needed by", html`<${Links} urns=${needing} stack=${stack} />`],
  ];
  return html`<section class="card" aria-label=${node.name}>
    <h2>${node.name}</h2>
    <dl>${rows.map(([title, value]) => html`<div key=${title}><dt>${title}</dt><dd>${value}</dd></div>`)}</dl>
    <a href=${hrefOf({ stack, view: "graph" })}>Close<span class="hidden"> ${node.name}</span></a>
  </section>`;
}

/** @param {{ urns: readonly string[], stack: string }} props */
function Links({ urns, stack }) {
  if (urns.length === 0) return html`<span>nothing</span>`;
  return html`<span class="links"
    >${urns.map((urn) => html`<a key=${urn} href=${hrefOf({ stack, view: "graph", detail: urn })}>${nameOf(urn)}</a> `)}</span
  >`;
}

/**
 * @param {{ nodes: readonly GraphNode[], parent?: string, stateOf(node: GraphNode): string, stack: string }} props
 * @returns {import("preact").ComponentChild}
 */
function Tree({ nodes, parent, stateOf, stack }) {
  const children = nodes.filter((node) => node.parent === parent);
  if (children.length === 0) return undefined;
  return html`<ul>
    ${children.map(
      (node) => html`<li key=${node.urn}>
        <a href=${hrefOf({ stack, view: "graph", detail: node.urn })}>${node.name}</a>
        <small> ${node.type}${stateOf(node) === "same" ? "" : ` · ${stateOf(node)}`}</small>
        <${Tree} nodes=${nodes} parent=${node.urn} stateOf=${stateOf} stack=${stack} />
      </li>`,
    )}
  </ul>`;
}
