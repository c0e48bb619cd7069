import type { DriftFinding, DriftReport } from "../../../contracts/drift.ts";
import { causeRows, renderCause, renderChange, renderCounts, renderStale } from "./rows.ts";

/** Rows beyond these are counted, not shown: an issue is read, a list of hundreds is not. */
const MOST_ROWS = 30;
const MARKS = { critical: "🔴", warning: "🟠", info: "🔵" } as const;

/** The review as an issue or comment: one row a cause. */
export function renderMarkdown(report: DriftReport): string {
  const rows = causeRows(report);
  const table = rows
    .slice(0, MOST_ROWS)
    .map(({ cause, findings }) =>
      [
        "",
        `${MARKS[cause.severity]} ${cause.severity}`,
        findings.map(describe).slice(0, 5).join("<br>") + more(findings.length - 5, "more"),
        cell(renderCause(cause)),
        [...new Set(findings.map(({ owner }) => cell(owner)))].join(", "),
        "",
      ].join(" | "),
    )
    .map((row) => row.trim());
  return `${[
    `### Drift of \`${report.stack}\`: ${renderCounts(report)}`,
    "",
    ...(rows.length === 0
      ? ["What runs is what was deployed."]
      : [
          "| | What | Likely cause | Owner |",
          "|---|---|---|---|",
          ...table,
          more(rows.length - MOST_ROWS, "more causes"),
        ]),
    ...renderStale(report).map((line) => `- ⚠ ${cell(line)}`),
    ...(rows.length === 0
      ? []
      : ["", `Answer with \`./infra drift ${report.stack} revert|accept|ignore ID\`.`]),
  ]
    .filter((line, index) => line !== "" || index < 2 || rows.length > 0)
    .join("\n")
    .trimEnd()}\n`;
}

function describe(finding: DriftFinding): string {
  const where = finding.property === "" ? finding.name : `${finding.name} \`${cell(finding.property)}\``;
  return `\`${finding.id}\` ${where}: ${cell(renderChange(finding))}`;
}

function more(count: number, what: string): string {
  return count > 0 ? `<br>… ${count} ${what}` : "";
}

/** Text as it may stand in a cell of a table: live values are anybody's. */
function cell(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("|", "\\|")
    .replaceAll("`", "'")
    .replaceAll("@", "@\u200b");
}
