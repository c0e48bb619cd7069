import type { Diagnostic } from "../events.ts";
import { type Paint, plain, type Style } from "./paint.ts";
import { nameOfUrn, typeOfUrn } from "./resource-text.ts";
import type { OperationView, Row } from "./rows.ts";

const styles: { readonly [severity: string]: Style } = { error: "red", warning: "yellow" };

function renderMessage(diagnostic: Diagnostic, paint: Paint): string {
  const style = styles[diagnostic.severity];
  const prefix = style === undefined ? diagnostic.prefix : paint(style, diagnostic.prefix);
  const lines = `${prefix}${diagnostic.message.trimEnd()}`.split("\n");
  return lines.map((line) => (line === "" ? "\n" : `    ${line}\n`)).join("");
}

function renderRowDiagnostics(row: Row, paint: Paint): string {
  const kept = row.diagnostics.filter((diagnostic) => !diagnostic.ephemeral);
  if (kept.length === 0) return "";
  const streams = [...new Set(kept.map((diagnostic) => streamOf(diagnostic)))];
  const blocks = streams.map((stream) =>
    kept
      .filter((diagnostic) => streamOf(diagnostic) === stream)
      .map((diagnostic) => renderMessage(diagnostic, paint))
      .join(""),
  );
  const title = `  ${paint("cyan", typeOfUrn(row.urn))} (${paint("bold", nameOfUrn(row.urn))}):\n`;
  return `${title}${blocks.join("\n")}\n`;
}

/** Messages of one stream belong together; what the program wrote to its outputs are streams of their own. */
function streamOf({ streamId, severity }: Diagnostic): string {
  return severity === "info#err" ? `${streamId} err` : String(streamId);
}

/** The section with all messages, by resource; "" where there were none. */
export function renderDiagnostics(view: OperationView, paint: Paint = plain): string {
  const blocks = [...view.rows.values()].map((row) => renderRowDiagnostics(row, paint)).join("");
  return blocks === "" ? "" : `${paint("bold", "Diagnostics:")}\n${blocks}`;
}
