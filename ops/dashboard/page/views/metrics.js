import { html } from "../html.js";
import { partOf } from "../store.js";

/** @import { Chart as ChartPart } from "../../parts.ts" */

const WIDTH = 300;
const HEIGHT = 60;

/** @param {import("../view.js").ViewProps} props */
export function MetricsView({ store, route: { stack } }) {
  const metrics = partOf(store, stack, "metrics");
  if (metrics === undefined) return html`<p class="nothing">Reading the figures …</p>`;
  if (metrics.problem !== undefined) return html`<p class="nothing">${metrics.problem}</p>`;
  return html`
    <p>The last half hour.</p>
    <div class="charts">${metrics.charts.map((chart) => html`<${Chart} key=${chart.title} chart=${chart} />`)}</div>
  `;
}

/** @param {{ chart: ChartPart }} props */
function Chart({ chart: { title, unit, lines } }) {
  const points = lines.flatMap((line) => line.points);
  const most = Math.max(...points.map(([, value]) => value), Number.MIN_VALUE);
  const [first, last] = [
    Math.min(...points.map(([time]) => time)),
    Math.max(...points.map(([time]) => time)),
  ];
  const place = (/** @type {readonly [number, number]} */ [time, value]) => {
    const x = ((time - first) / Math.max(last - first, 1)) * WIDTH;
    return `${x.toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`;
  };
  return html`<figure class="chart">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${lines.map((line) => html`<polyline key=${line.name} points=${line.points.map(place).join(" ")} />`)}
    </svg>
    <dl>
      ${lines.map((line) => html`<div key=${line.name}><dt>${line.name}</dt><dd>${renderValue(line.points.at(-1)?.[1], unit)}</dd></div>`)}
    </dl>
    ${lines.length === 0 && html`<p class="nothing">No figures yet.</p>`}
  </figure>`;
}

/**
 * @param {number | undefined} value
 * @param {string} unit
 */
function renderValue(value, unit) {
  if (value === undefined) return "–";
  if (unit === "ratio") return `${(value * 100).toFixed(1)} %`;
  if (unit === "bytes") return `${(value / 2 ** 20).toFixed(1)} MiB`;
  if (unit === "bool") return value === 1 ? "yes" : "no";
  if (unit === "seconds") return `${(value * 1000).toFixed(0)} ms`;
  return `${Number(value.toPrecision(3))} ${unit === "count" ? "" : unit}`;
}
