import { html } from "../html.js";
import { partOf, post } from "../store.js";
import { Nothing, Table, Time } from "../view.js";

/** @param {string} urn */
export const nameOf = (urn) => urn.slice(urn.lastIndexOf("::") + 2);

/** @param {import("../view.js").ViewProps} props */
export function PlanView({ store, route: { stack } }) {
  const plan = partOf(store, stack, "plan") ?? { state: "none" };
  const isRunning = plan.state === "running";
  return html`
    <p>What <code>./infra up ${stack}</code> would do. A preview changes nothing.</p>
    <p>
      <button type="button" aria-disabled=${isRunning} onClick=${() => !isRunning && post(`/api/stacks/${stack}/preview`)}>
        Preview now
      </button>
    </p>
    <div role="status" aria-live="polite">
      <${PlanState} plan=${plan} stack=${stack} />
    </div>
  `;
}

/** @param {{ plan: import("../../parts.ts").PlanPart, stack: string }} props */
function PlanState({ plan, stack }) {
  switch (plan.state) {
    case "none":
      return html`<p class="nothing">No preview was made yet.</p>`;
    case "running":
      return html`<p>Previewing … since <${Time} at=${plan.since} /></p>`;
    case "failed":
      return html`<p>Failed at <${Time} at=${plan.at} />:</p>
        <pre tabindex="0">${plan.error}</pre>
        <${Nothing} text="What is wrong, and what mends it:" command=${`./infra doctor ${stack}`} />`;
    case "done":
      return html`<${Changes} plan=${plan} stack=${stack} />`;
  }
}

/** @param {{ plan: Extract<import("../../parts.ts").PlanPart, { state: "done" }>, stack: string }} props */
function Changes({ plan, stack }) {
  const rows = plan.changes.map(({ op, urn, reasons }) => ({
    key: urn + op,
    cells: [nameOf(urn), html`<span class="op ${op}">${op}</span>`, reasons.join(", ") || "–"],
  }));
  return html`
    <p><strong>${plan.summary}</strong>, at <${Time} at=${plan.at} /></p>
    ${
      rows.length > 0 &&
      html`<${Table} caption="Planned changes" head=${["Resource", "Change", "Because of"]} rows=${rows} />
        <${Nothing} text="To do it:" command=${`./infra up ${stack}`} />`
    }
    ${plan.cost !== undefined && html`<p>${plan.cost}</p>`}
    ${plan.advice.map((text) => html`<p key=${text}>${text}</p>`)}
  `;
}
