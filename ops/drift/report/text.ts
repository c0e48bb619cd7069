import type { DriftReport } from "../../../contracts/drift.ts";
import { renderTable } from "../../report/table.ts";
import { causeRows, renderCause, renderChange, renderCounts, renderStale } from "./rows.ts";

/** The review for a terminal: a block a cause, a line a property. */
export function renderText(report: DriftReport): string {
  const rows = causeRows(report).flatMap(({ cause, findings }) =>
    findings.map((finding, index) => [
      finding.id,
      finding.severity,
      finding.name,
      finding.property || "-",
      renderChange(finding),
      finding.owner,
      index === 0 ? renderCause(cause) : "〃",
    ]),
  );
  const head = ["ID", "SEVERITY", "RESOURCE", "PROPERTY", "RECORDED → LIVE", "OWNER", "LIKELY CAUSE"];
  return [
    ...(rows.length === 0 ? [] : [renderTable([head, ...rows]), ""]),
    ...renderStale(report),
    `${report.stack}: ${renderCounts(report)}`,
    ...(rows.length === 0 ? [] : [answers(report.stack)]),
  ].join("\n");
}

function answers(stack: string): string {
  return `Answer with ./infra drift ${stack} revert|accept|ignore ID (docs/drift.md)`;
}
