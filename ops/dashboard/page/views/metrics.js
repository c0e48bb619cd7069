import { html } from "../html.js";

/** @param {import("../view.js").ViewProps} props */
export function MetricsView({ route: { stack } }) {
  return html`<p class="nothing">Nothing of ${stack} yet.</p>`;
}
