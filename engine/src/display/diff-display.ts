import type { EngineEvent } from "../events.ts";
import { type Display, type DisplayOptions, renderTitleLine } from "./display.ts";
import { renderDiffEvent } from "./render-diff-event.ts";
import { renderPolicyPacks } from "./render-policies.ts";
import { renderReasons } from "./render-reasons.ts";
import { renderCounts, renderDuration } from "./render-summary.ts";
import { applyEvent, emptyView } from "./rows.ts";
import type { SeenSteps } from "./shown-steps.ts";

/** Every step with its properties as they happen: `--diff`. */
export function createDiffDisplay(options: DisplayOptions): Display {
  const seen: SeenSteps = new Map();
  let view = emptyView("");
  let failed = 0;
  options.write(renderTitleLine(options));
  return {
    listener(event: EngineEvent) {
      view = applyEvent(view, event, options.now().getTime()).view;
      if (event.kind === "resource-failed") failed++;
      const text = renderDiffEvent(event, seen, options);
      if (text === "") return;
      if (event.kind === "diagnostic") (options.writeError ?? options.write)(text);
      else options.write(text);
    },
    close() {
      const { summary } = view;
      if (summary === undefined) return;
      if (options.isTerminal) options.write(renderReasons(view.changes, options.paint));
      options.write(renderCounts(summary, failed, options.paint));
      options.write(renderPolicyPacks(summary, options.paint));
      if (!summary.isPreview) options.write(`\nDuration: ${renderDuration(summary.durationSeconds)}\n`);
    },
  };
}
