import { html } from "../html.js";
import { partOf, post } from "../store.js";
import { Command, Nothing, Time } from "../view.js";

/** @import { DriftPart } from "../../parts.ts" */
/** @import { DriftFinding, DriftReport } from "../../../../contracts/drift.ts" */

/** @param {import("../view.js").ViewProps} props */
export function DriftView({ store, route: { stack } }) {
  const drift = partOf(store, stack, "drift") ?? { state: "none" };
  const isRunning = drift.state === "running";
  return html`
    <p>What is really there, against what is recorded. A review changes nothing.</p>
    <p>
      <button type="button" aria-disabled=${isRunning} onClick=${() => !isRunning && post(`/api/stacks/${stack}/drift`)}>
        Review now
      </button>
    </p>
    <div role="status" aria-live="polite"><${DriftState} drift=${drift} stack=${stack} /></div>
  `;
}

/** @param {{ drift: DriftPart, stack: string }} props */
function DriftState({ drift, stack }) {
  switch (drift.state) {
    case "none":
      return html`<p class="nothing">No review was made yet.</p>`;
    case "running":
      return html`<p>Reviewing … since <${Time} at=${drift.since} /></p>`;
    case "failed":
      return html`<p>Failed at <${Time} at=${drift.at} />:</p>
        <pre tabindex="0">${drift.error}</pre>
        <${Nothing} text="What is wrong, and what mends it:" command=${`./infra doctor ${stack}`} />`;
    case "done":
      return html`<${Inbox} report=${drift.report} />`;
  }
}

/** @param {{ report: DriftReport }} props */
function Inbox({ report }) {
  const { at, findings, causes, counts, resources, stack } = report;
  const causeOf = (/** @type {DriftFinding} */ { cause }) => causes.find(({ id }) => id === cause);
  return html`
    <p>
      <strong>${findings.length === 0 ? "Nothing wants an answer" : `${findings.length} to answer`}</strong>: ${resources}
      resources at <${Time} at=${at} />, ${counts.ignored} ignored
    </p>
    ${findings.map((finding) => html`<${Finding} key=${finding.id} finding=${finding} cause=${causeOf(finding)} stack=${stack} />`)}
  `;
}

const COLOURS = { critical: "bad", warning: "warn", info: "" };

/** @param {{ finding: DriftFinding, cause: DriftReport["causes"][number] | undefined, stack: string }} props */
function Finding({ finding, cause, stack }) {
  const { id, kind, name, property, recorded, live, severity, owner } = finding;
  const title = property === "" ? `${name} is ${kind}` : `${name}: ${property}`;
  const rows = [
    ["Severity", html`<span class=${COLOURS[severity]}>${severity}</span>: ${finding.rule}`],
    ["Recorded", html`<code>${recorded ?? "–"}</code>`],
    ["Live", html`<code>${live ?? "–"}</code>`],
    ["Cause", [cause?.what, cause?.who, cause?.when].filter(Boolean).join(", ")],
    ["Owner", owner],
    ["Put back", html`<${Command} command=${`./infra drift ${stack} revert ${id}`} />`],
    ["Accept", html`<${Command} command=${`./infra drift ${stack} accept ${id}`} />`],
    [
      "Ignore",
      html`<${Command} command=${`./infra drift ${stack} ignore ${id} --until DATE --reason TEXT`} />`,
    ],
  ];
  return html`<section class="card" aria-label=${title}>
    <h2>${title}</h2>
    <dl>${rows.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
