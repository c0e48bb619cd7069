import type { DriftReport } from "../../../contracts/drift.ts";
import { escapeHtml, renderPage } from "../../report/page.ts";
import { type CauseRow, causeRows, renderCause, renderChange, renderCounts, renderStale } from "./rows.ts";

const STYLE = `
.critical { color: #ce2c31; } .warning { color: #ad5700; } .info { opacity: .75; }
td.value { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
`;

/** The review as one page with everything: a section a cause. */
export function renderHtml(report: DriftReport): string {
  const stale = renderStale(report).map((line) => `<li>${escapeHtml(line)}</li>`);
  const ignored = report.ignored.map(
    ({ finding, answer }) =>
      `<tr><td>${answer.id}</td><td>${escapeHtml(answer.what)}</td><td class="value">${escapeHtml(renderChange(finding, 200))}</td><td>${answer.until}</td><td>${escapeHtml(answer.owner)}</td><td>${escapeHtml(answer.reason)}</td></tr>`,
  );
  const body = [
    `<h1>Drift of ${escapeHtml(report.stack)}</h1>`,
    `<p>${escapeHtml(renderCounts(report))}; reviewed at ${report.at}</p>`,
    ...causeRows(report).map(renderSection),
    ...(ignored.length === 0
      ? []
      : [
          `<h2>Ignored for now</h2><table><tr><th>id</th><th>what</th><th>recorded → live</th><th>until</th><th>owner</th><th>reason</th></tr>${ignored.join("\n")}</table>`,
        ]),
    ...(stale.length === 0 ? [] : [`<h2>Answers that hold no longer</h2><ul>${stale.join("\n")}</ul>`]),
  ].join("\n");
  return renderPage({ title: `Drift of ${report.stack}`, body, style: STYLE });
}

function renderSection({ cause, findings }: CauseRow): string {
  const rows = findings.map((finding) =>
    [
      `<tr><td>${finding.id}</td>`,
      `<td class="${finding.severity}">${finding.severity}</td>`,
      `<td>${escapeHtml(finding.name)}</td>`,
      `<td class="value">${escapeHtml(finding.property || "-")}</td>`,
      `<td class="value">${escapeHtml(renderChange(finding, 400))}</td>`,
      `<td>${escapeHtml(finding.owner)}</td><td>${escapeHtml(finding.rule)}</td></tr>`,
    ].join(""),
  );
  return `<h2 class="${cause.severity}">${escapeHtml(renderCause(cause))}</h2>
<table><tr><th>id</th><th>severity</th><th>resource</th><th>property</th><th>recorded → live</th><th>owner</th><th>why</th></tr>
${rows.join("\n")}</table>`;
}
