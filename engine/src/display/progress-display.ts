import type { EngineEvent } from "../events.ts";
import { debuggerNotice } from "./debugger-notice.ts";
import { type Display, type DisplayOptions, renderTitleLine, tickerText } from "./display.ts";
import { renderClosing } from "./render-closing.ts";
import { isRowShown, type RowOptions, renderRow } from "./render-row.ts";
import { applyEvent, emptyView, type Row } from "./rows.ts";

const tickMilliseconds = 1000;
const loading = "Loading policy packs...";

/** Progress as lines, each told once: for logs and pipes. */
export function createProgressDisplay(options: DisplayOptions): Display {
  const stackName = `${options.project}-${options.stack}`;
  let view = emptyView(`urn:pulumi:${options.stack}::${options.project}::pulumi:pulumi:Stack::${stackName}`);
  let isTicking = false;
  const told = new Set<string>();
  const rowOptions = (closing: boolean): RowOptions => ({
    planning: options.preview,
    isRefresh: options.operation === "refresh",
    paint: options.paint,
    now: options.now().getTime(),
    closing,
    urns: options.showUrns === true,
    sames: options.showSames,
    reads: options.showReads,
  });
  const endTicker = () => {
    if (isTicking) options.write("\n");
    isTicking = false;
  };
  const say = (line: string) => {
    if (told.has(line) || options.suppressProgress) return;
    told.add(line);
    endTicker();
    options.write(`${line}\n`);
  };
  const sayRow = (row: Row, closing: boolean) => {
    const how = rowOptions(closing);
    if (isRowShown(row, how)) say(renderRow(row, how));
  };
  options.write(`${renderTitleLine(options)}\n`);
  const ticker = setInterval(() => {
    if (options.suppressProgress) return;
    options.write(isTicking ? "." : `${tickerText(options)}....`);
    isTicking = true;
  }, tickMilliseconds).unref();
  return {
    listener(event: EngineEvent) {
      if (event.kind === "policy-load") say(`${loading}: starting`);
      if (event.kind === "prelude" && told.has(`${loading}: starting`)) say(`${loading}: done`);
      if (event.kind === "stdout") {
        endTicker();
        options.write(`${event.message.trimEnd()}\n\n`);
      }
      if (event.kind === "start-debugging") {
        endTicker();
        options.write(debuggerNotice(event.at));
      }
      const next = applyEvent(view, event, options.now().getTime());
      view = next.view;
      if (next.row !== undefined) sayRow(next.row, false);
    },
    close() {
      clearInterval(ticker);
      endTicker();
      for (const row of view.rows.values()) {
        if (row.urn === view.stackUrn || row.diagnostics.length > 0) say(renderRow(row, rowOptions(true)));
      }
      options.write(renderClosing(view, options));
    },
  };
}
