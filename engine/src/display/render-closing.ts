import type { DisplayOptions } from "./display.ts";
import { renderDiagnostics } from "./render-diagnostics.ts";
import { renderOutputs } from "./render-outputs.ts";
import { isRefused, renderPolicies } from "./render-policies.ts";
import { renderReasons } from "./render-reasons.ts";
import { renderCounts, renderDuration } from "./render-summary.ts";
import { erroredRows, type OperationView } from "./rows.ts";

type ClosingOptions = Pick<
  DisplayOptions,
  | "isTerminal"
  | "operation"
  | "preview"
  | "paint"
  | "showSames"
  | "showUrns"
  | "suppressOutputs"
  | "showPolicyRemediations"
>;

function renderOutputsBlock(view: OperationView, options: ClosingOptions): string {
  const { stackStep } = view;
  if (stackStep === undefined || options.suppressOutputs) return "";
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
  const urns = options.showUrns === true;
  const diagnostics = renderDiagnostics(view, { paint: options.paint, urns });
  const outputs = renderOutputsBlock(view, options);
  if (summary === undefined) return diagnostics + outputs;
  const policies = renderPolicies(summary, view.policies, {
    paint: options.paint,
    showUrns: urns,
    showRemediations: options.showPolicyRemediations ?? false,
  });
  // What a mandatory policy refuses is not summed up: the counts would say that all is well.
  if (policies !== "" && isRefused(view.policies)) return `${policies}${diagnostics}${outputs}`;
  const counts = renderCounts(summary, erroredRows(view).length, options.paint);
  const duration = summary.isPreview ? "" : `Duration: ${renderDuration(summary.durationSeconds)}\n\n`;
  const reasons = options.isTerminal ? renderReasons(view.changes, options.paint) : "";
  return `${policies}${diagnostics}${outputs}${reasons}${counts}\n${duration}`;
}
