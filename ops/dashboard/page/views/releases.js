import { useState } from "preact/hooks";
import { html } from "../html.js";
import { partOf } from "../store.js";
import { Command, Nothing, Table, Time } from "../view.js";

/** @import { ReleaseRow } from "../../parts.ts" */

/** @param {import("../view.js").ViewProps} props */
export function ReleasesView({ store, route: { stack } }) {
  const part = partOf(store, stack, "releases");
  if (part === undefined) return html`<p class="nothing">Reading the releases …</p>`;
  const { releases, problems } = part;
  return html`
    ${problems.map((problem) => html`<p key=${problem} role="alert">${problem}</p>`)}
    ${
      releases.length === 0
        ? html`<${Nothing} text="No releases yet; the next update makes one:" command=${`./infra up ${stack}`} />`
        : html`<${Releases} releases=${releases} stack=${stack} />
            ${releases.length > 1 && html`<${Comparison} releases=${releases} />`}`
    }
  `;
}

/** @param {{ releases: readonly ReleaseRow[], stack: string }} props */
function Releases({ releases, stack }) {
  const rows = releases.map((release, index) => ({
    key: String(release.number),
    cells: [
      release.number,
      html`<${Time} at=${release.at} />`,
      release.by,
      html`<span>${release.cause}${release.message === "" ? "" : `: ${release.message}`}</span>`,
      html`<code>${release.commit ?? "–"}</code>`,
      html`<span class=${release.health === "healthy" ? "good" : release.health === "unhealthy" ? "bad" : ""}
        >${release.health}</span
      >`,
      release.parity,
      release.changes,
      index === 0
        ? "current"
        : html`<${Command} command=${`./infra rollback ${stack} --to ${release.number}`} />`,
    ],
  }));
  const head = ["Release", "When", "Who", "Why", "Commit", "Health", "Parity", "Changes", "Back to it"];
  return html`<${Table} caption=${`Releases of ${stack}, newest first`} head=${head} rows=${rows} />`;
}

/** @param {{ releases: readonly ReleaseRow[] }} props */
function Comparison({ releases }) {
  const [older, setOlder] = useState(releases[1]?.number ?? 0);
  const [newer, setNewer] = useState(releases[0]?.number ?? 0);
  const find = (/** @type {number} */ wanted) =>
    releases.find(({ number }) => number === wanted)?.content ?? {};
  const [from, to] = [find(older), find(newer)];
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].filter(
    (name) => from[name] !== to[name],
  );
  const rows = names.sort().map((name) => ({
    key: name,
    cells: [name, html`<code>${from[name] ?? "–"}</code>`, html`<code>${to[name] ?? "–"}</code>`],
  }));
  return html`<section aria-labelledby="compare">
    <h2 id="compare">Compare</h2>
    <p class="controls">
      <${Choice} label="From" releases=${releases} value=${older} choose=${setOlder} />
      <${Choice} label="To" releases=${releases} value=${newer} choose=${setNewer} />
    </p>
    ${
      rows.length === 0
        ? html`<p class="nothing">Images, settings and schemas are the same.</p>`
        : html`<${Table} caption="Differences" head=${["What", `Release ${older}`, `Release ${newer}`]} rows=${rows} />`
    }
  </section>`;
}

/** @param {{ label: string, releases: readonly ReleaseRow[], value: number, choose(number: number): void }} props */
function Choice({ label, releases, value, choose }) {
  const change = (/** @type {Event} */ { target }) => {
    if (target instanceof HTMLSelectElement) choose(Number(target.value));
  };
  return html`<label
    >${label} <select value=${value} onChange=${change}>
      ${releases.map(({ number }) => html`<option key=${number} value=${number}>release ${number}</option>`)}
    </select></label
  >`;
}
