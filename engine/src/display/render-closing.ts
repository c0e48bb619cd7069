import type { DisplayOptions } from "./display.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { renderOutputs } from "./render-outputs.ts";
import { renderCounts, renderDuration } from "./render-summary.ts";
import { erroredRows, type OperationView } from "./rows.ts";

type ClosingOptions = Pick<
  DisplayOptions,
  "operation" | "preview" | "paint" | "showSames" | "suppressOutputs"
>;

function renderOutputsBlock(view: OperationView, options: ClosingOptions): string {
  const { stackStep } = view;
  if (stackStep === undefined || options.suppressOutputs || stackStep.op === "delete") return "";
  const text = renderOutputs(stackStep, {
    indent: 1,
    planning: options.preview,
    sames: options.showSames,
    refresh: false,
    paint: options.paint,
  });
  return text === "" ? "" : `${options.paint("bold", "Outputs:")}\n${text}\n`;
}

/** What closes an operation: messages, the stack's outputs, counts and duration. */
export function renderClosing(view: OperationView, options: ClosingOptions): string {
  const { summary } = view;
  const diagnostics = renderDiagnostics(view, options.paint);
  if (summary === undefined) return diagnostics;
  const counts = renderCounts(summary, erroredRows(view).length, options.paint);
  const duration = summary.isPreview ? "" : `Duration: ${renderDuration(summary.durationSeconds)}\n\n`;
  return `${diagnostics}${renderOutputsBlock(view, options)}${counts}\n${duration}`;
}
