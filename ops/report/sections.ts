import { escapeHtml, renderPage } from "./page.ts";
import { renderTable } from "./table.ts";

/** A part of a report, told once and rendered for a terminal and for a browser. */
export interface Section {
  readonly title?: string;
  /** The first row is the head. */
  readonly rows?: readonly (readonly string[])[];
  readonly lines?: readonly string[];
}

export function renderSections(sections: readonly Section[]): string {
  return sections
    .map(({ title, rows, lines = [] }) =>
      [
        ...(title === undefined ? [] : [title]),
        ...(rows === undefined ? [] : [renderTable(rows)]),
        ...lines,
      ].join("\n"),
    )
    .join("\n\n");
}

/** The same as a self-contained page. */
export function renderSectionsPage(title: string, sections: readonly Section[]): string {
  const body = sections.map(renderHtmlSection).join("\n");
  return renderPage({ title, body: `<h1>${escapeHtml(title)}</h1>\n${body}`, style: STYLE });
}

const STYLE = "td { overflow-wrap: anywhere; } table { font-variant-numeric: tabular-nums; }";

function renderHtmlSection({ title, rows, lines = [] }: Section): string {
  const heading = title === undefined ? "" : `<h2>${escapeHtml(title)}</h2>`;
  const text = lines.map((line) => `<p>${escapeHtml(line)}</p>`).join("\n");
  return [heading, rows === undefined ? "" : renderHtmlTable(rows), text]
    .filter((part) => part !== "")
    .join("\n");
}

function renderHtmlTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: "th" | "td") =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => cells(row, "td")).join("\n");
  return `<table><thead>${cells(head, "th")}</thead><tbody>\n${body}\n</tbody></table>`;
}
