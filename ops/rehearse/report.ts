import { renderDuration } from "../report/duration.ts";
import { escapeHtml, renderPage } from "../report/page.ts";
import { renderTable } from "../report/table.ts";
import type { ActReport } from "./act.ts";

/** What a rehearsal showed; written as `rehearsal.json`. */
export interface RehearsalReport {
  readonly startedAt: string;
  readonly commit: string;
  readonly engine: string;
  /** What stood in for what: `Atlas` -> `simulator`, `Kubernetes` -> `kube-apiserver v1.36.3, KWOK`. */
  readonly stage: { readonly [part: string]: string };
  readonly passed: boolean;
  readonly milliseconds: number;
  readonly acts: readonly ActReport[];
}

/** A table for the terminal: an act a row. */
export function renderRehearsal(report: RehearsalReport): string {
  const rows = report.acts.map(({ name, status, checks, milliseconds }) => [
    name,
    status,
    `${checks.filter(({ passed }) => passed).length}/${checks.length}`,
    renderDuration(milliseconds),
  ]);
  const total = `rehearsal ${report.passed ? "passed" : "failed"} in ${renderDuration(report.milliseconds)}`;
  return `${renderTable([["ACT", "STATUS", "CHECKS", "TIME"], ...rows])}\n\n${total}`;
}

/** One page with everything in it: no script, no other file. */
export function renderRehearsalPage(report: RehearsalReport): string {
  const verdict = report.passed ? "passed" : "failed";
  const stage = Object.entries(report.stage)
    .map(([part, what]) => `<tr><th>${escapeHtml(part)}</th><td>${escapeHtml(what)}</td></tr>`)
    .join("\n");
  return renderPage({
    title: `Rehearsal ${verdict}`,
    style: ".stage th { width: 10rem; opacity: .7; }",
    body: `<h1>Rehearsal <span class="${verdict}">${verdict}</span></h1>
<p>${escapeHtml(report.startedAt)} · ${renderDuration(report.milliseconds)} · commit ${escapeHtml(report.commit)} · ${escapeHtml(report.engine)}</p>
<table class="stage">
${stage}
</table>
${renderTimes(report)}
${report.acts.map(renderAct).join("\n")}`,
  });
}

function renderTimes({ acts }: RehearsalReport): string {
  const longest = Math.max(1, ...acts.map(({ milliseconds }) => milliseconds));
  const rows = acts.map(
    ({ name, status, milliseconds }) =>
      `<tr><th>${escapeHtml(name)}</th><td><meter value="${milliseconds}" max="${longest}"></meter></td>` +
      `<td>${renderDuration(milliseconds)}</td><td class="${status}">${status}</td></tr>`,
  );
  return `<table>\n${rows.join("\n")}\n</table>`;
}

function renderAct(act: ActReport): string {
  const checks = act.checks.map(
    ({ what, expected, found, passed }) =>
      `<tr class="${passed ? "passed" : "failed"}"><td>${passed ? "✓" : "✗"}</td><td>${escapeHtml(what)}</td>` +
      `<td>${escapeHtml(found)}</td><td>${passed ? "" : `expected ${escapeHtml(expected)}`}</td></tr>`,
  );
  const notes = act.notes.map((note) => `<li>${escapeHtml(note)}</li>`);
  return [
    `<section><h2>${escapeHtml(act.name)} <span class="${act.status}">${act.status}</span></h2>`,
    `<p>${escapeHtml(act.title)}</p>`,
    act.error === undefined ? "" : `<pre class="failed">${escapeHtml(act.error)}</pre>`,
    notes.length > 0 ? `<ul>${notes.join("")}</ul>` : "",
    checks.length > 0 ? `<table>${checks.join("\n")}</table>` : "",
    "</section>",
  ].join("\n");
}
