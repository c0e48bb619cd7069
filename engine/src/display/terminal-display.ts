import type { EngineEvent } from "../events.ts";
import { clampLine } from "./clamp-line.ts";
import { debuggerNotice } from "./debugger-notice.ts";
import { type Display, type DisplayOptions, renderTitleLine } from "./display.ts";
import { renderClosing } from "./render-closing.ts";
import { renderConfig } from "./render-config.ts";
import { isRowShown, type RowOptions, renderRow } from "./render-row.ts";
import { arrangeTree } from "./row-tree.ts";
import { applyEvent, emptyView, type Row } from "./rows.ts";

const frameMilliseconds = 100;
const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
/** Running resources shown at once; the rest are counted. */
const shownAtMost = 12;
/** What is not such a resource: how many more there are, the sum, and the line of the cursor. */
const otherLines = 3;

/** The moving part of the display: what runs now and for how long. */
export function renderLiveBlock(
  rows: readonly Row[],
  options: RowOptions,
  {
    frame,
    time,
    shownAtOnce,
  }: { readonly frame: number; readonly time: string; readonly shownAtOnce: number },
): string[] {
  const running = rows.filter((row) => row.phase === "running" && isRowShown(row, options));
  const done = rows.filter((row) => row.phase === "done" || row.phase === "failed").length;
  const spin = options.paint("cyan", spinner[frame % spinner.length] ?? "");
  const tree = arrangeTree(running, rows);
  const lines = tree
    .slice(0, shownAtOnce)
    .map(({ row, branch }) => `${spin}${renderRow(row, options, branch)}`);
  const more = tree.length - shownAtOnce;
  const rest = more > 0 ? [`   … and ${more} more`] : [];
  return [...lines, ...rest, options.paint("dim", `${spin} ${done} done, ${running.length} running${time}`)];
}

/** How long it has been going, against how long it took lately; nothing where that is not known. */
export function timeHint(milliseconds: number, expectedSeconds: number | undefined): string {
  if (expectedSeconds === undefined) return "";
  return `, ${Math.floor(milliseconds / 1000)}s of about ${Math.max(1, Math.round(expectedSeconds))}s`;
}

/** Progress on a terminal: finished resources scroll by, running ones stay at the bottom with their time. */
export function createTerminalDisplay(options: DisplayOptions): Display {
  let view = emptyView(
    `urn:pulumi:${options.stack}::${options.project}::pulumi:pulumi:Stack::${options.project}-${options.stack}`,
  );
  const began = options.now().getTime();
  let frame = 0;
  let drawn = 0;
  const rowOptions = (closing = false): RowOptions => ({
    planning: options.preview,
    paint: options.paint,
    now: options.now().getTime(),
    closing,
    urns: options.showUrns === true,
    sames: options.showSames,
    reads: options.showReads,
  });
  const erase = () => {
    if (drawn > 0) options.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    if (options.suppressProgress) return;
    erase();
    const time = timeHint(options.now().getTime() - began, options.expectedSeconds);
    const { columns = Infinity, rows = Infinity } = options.terminalSize?.() ?? {};
    const shownAtOnce = Math.max(1, Math.min(shownAtMost, rows - otherLines));
    const lines = renderLiveBlock([...view.rows.values()], rowOptions(), {
      frame: frame++,
      time,
      shownAtOnce,
    });
    // A line that goes on in the next one could not be erased.
    options.write(lines.map((line) => `${clampLine(line, columns)}\n`).join(""));
    drawn = lines.length;
  };
  options.write(`${renderTitleLine(options)}\n`);
  const timer = setInterval(draw, frameMilliseconds).unref();
  return {
    listener(event: EngineEvent) {
      const next = applyEvent(view, event, options.now().getTime());
      view = next.view;
      const isOver = event.kind === "resource-outputs" || event.kind === "resource-failed";
      const row =
        isOver && next.row !== undefined && isRowShown(next.row, rowOptions()) ? next.row : undefined;
      const text = row === undefined ? notice(event, options) : `${renderRow(row, rowOptions())}\n`;
      if (text === undefined) return;
      erase();
      options.write(text);
    },
    close() {
      clearInterval(timer);
      erase();
      options.write(`\n${renderClosing(view, options)}`);
    },
  };
}

/** What is said as it is; undefined for events that show in rows. */
function notice(event: EngineEvent, options: DisplayOptions): string | undefined {
  if (event.kind === "prelude" && options.showConfig === true) {
    return `${renderConfig(event.config, options.paint)}\n`;
  }
  if (event.kind === "stdout") return event.message;
  return event.kind === "start-debugging" ? debuggerNotice(event.at) : undefined;
}
