import { renderDuration } from "../report/duration.ts";
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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rehearsal ${verdict}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Rehearsal <span class="${verdict}">${verdict}</span></h1>
<p>${escapeHtml(report.startedAt)} · ${renderDuration(report.milliseconds)} · commit ${escapeHtml(report.commit)} · ${escapeHtml(report.engine)}</p>
<table class="stage">
${stage}
</table>
${renderTimes(report)}
${report.acts.map(renderAct).join("\n")}
</main>
</body>
</html>
`;
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

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-weight: 600; } h2 { margin-top: 2rem; font-size: 1.1rem; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; }
th, td { text-align: left; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); font-weight: normal; vertical-align: top; }
.stage th { width: 10rem; opacity: .7; }
meter { width: 100%; }
pre { white-space: pre-wrap; }
span.passed, td.passed { color: #18794e; } span.failed, td.failed, tr.failed, pre.failed { color: #ce2c31; } .skipped { opacity: .6; }
`;
