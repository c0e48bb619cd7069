import type { Diagnostic } from "../events.ts";
import type { Paint, Style } from "./paint.ts";
import { printable } from "./quote-text.ts";
import { nameOfUrn, shortType, typeOfUrn } from "./resource-text.ts";
import type { OperationView, Row } from "./rows.ts";

const styles: { readonly [severity: string]: Style } = { error: "red", warning: "yellow" };

interface DiagnosticsOptions {
  readonly paint: Paint;
  /** URNs instead of types and names. */
  readonly urns: boolean;
}

function renderMessage(diagnostic: Diagnostic, paint: Paint): string {
  const style = styles[diagnostic.severity];
  const prefix = style === undefined ? diagnostic.prefix : paint(style, diagnostic.prefix);
  const lines = `${prefix}${diagnostic.message.trimEnd()}`.split("\n");
  return lines.map((line) => `    ${line.trimEnd()}\n`).join("");
}

function renderRowDiagnostics(row: Row, { paint, urns }: DiagnosticsOptions): string {
  const kept = row.diagnostics.filter((diagnostic) => !diagnostic.ephemeral);
  if (kept.length === 0) return "";
  const streams = Map.groupBy(kept, ({ streamId }) => streamId);
  const blocks = [...streams.values()].map((messages) =>
    asOne(messages)
      .map((diagnostic) => renderMessage(diagnostic, paint))
      .join(""),
  );
  const type = paint("cyan", shortType(typeOfUrn(row.urn)));
  const title = urns
    ? paint("cyan", printable(row.urn))
    : `${type} (${paint("bold", printable(nameOfUrn(row.urn)))})`;
  return `  ${title}:\n${blocks.join("\n")}\n`;
}

/** What is said in a stream of its own, as the program's output is, is one message: it has one prefix. */
function asOne(messages: readonly Diagnostic[]): readonly Diagnostic[] {
  const [first] = messages;
  if (first === undefined || first.streamId === 0) return messages;
  return [{ ...first, message: messages.map(({ message }) => message).join("") }];
}

/** The section with all messages, by resource; "" where there were none. */
export function renderDiagnostics(view: OperationView, options: DiagnosticsOptions): string {
  const blocks = [...view.rows.values()].map((row) => renderRowDiagnostics(row, options)).join("");
  return blocks === "" ? "" : `${options.paint("bold", "Diagnostics:")}\n${blocks}`;
}
