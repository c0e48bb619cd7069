import type { EngineEvent, StepMetadata } from "../events.ts";
import { debuggerNotice } from "./debugger-notice.ts";
import { type Display, type DisplayOptions, renderTitleLine, tickerText } from "./display.ts";
import { hideReads } from "./hide-reads.ts";
import { renderClosing } from "./render-closing.ts";
import { renderConfig } from "./render-config.ts";
import { isRowShown, type RowOptions, renderRow } from "./render-row.ts";
import { isRootStack, typeOfUrn } from "./resource-text.ts";
import { applyEvent, emptyView, type Row, rowOf } from "./rows.ts";

const tickMilliseconds = 1000;
const loading = "Loading policy packs...";

/** Only what was done in the world is news when it ends: of all else the line before said the same. */
function isEndNews(before: Row | undefined, step: StepMetadata, isPreview: boolean): boolean {
  if (before?.step?.op === "refresh") return true;
  const state = step.new ?? step.old;
  return !isPreview && (state === undefined || (state.custom && step.op !== "same"));
}

/** True for what was not told to the end while the operation went on. */
function isOpen({ phase, urn }: Row): boolean {
  return phase === "running" || phase === "waiting" || (phase === "done" && isRootStack(typeOfUrn(urn)));
}

/** Progress as lines: for logs and pipes. */
export function createProgressDisplay(options: DisplayOptions): Display {
  const stackName = `${options.project}-${options.stack}`;
  let view = emptyView(`urn:pulumi:${options.stack}::${options.project}::pulumi:pulumi:Stack::${stackName}`);
  let isTicking = false;
  let isLoading = false;
  let isStackShown = false;
  const rowOptions = (closing: boolean): RowOptions => ({
    planning: options.preview,
    paint: options.paint,
    now: options.now().getTime(),
    closing,
    urns: options.showUrns === true,
    sames: options.showSames,
    reads: options.showReads,
  });
  const say = (text: string) => {
    if (isTicking) options.write("\n");
    isTicking = false;
    options.write(text);
  };
  const sayRow = (row: Row, closing: boolean) => {
    // The stack is at work until all is done.
    const told: Row = !closing && row.phase === "done" && isOpen(row) ? { ...row, phase: "running" } : row;
    say(`${renderRow(told, rowOptions(closing))}\n`);
  };
  const sayNotice = (event: EngineEvent) => {
    if (event.kind === "policy-load" && !isLoading) {
      isLoading = true;
      say(`${loading}: starting\n`);
    }
    if (event.kind === "prelude") {
      if (isLoading) say(`${loading}: done\n`);
      say(`${options.showConfig === true ? renderConfig(event.config, options.paint) : ""}\n`);
    }
    if (event.kind === "stdout") say(`${event.message.trimEnd()}\n\n`);
    if (event.kind === "start-debugging") say(debuggerNotice(event.at));
  };
  const follow = (event: EngineEvent) => {
    const isFirst = view.rows.size === 0;
    const before = "step" in event ? view.rows.get(event.step.urn) : undefined;
    const next = applyEvent(view, event, options.now().getTime());
    view = next.view;
    const { row } = next;
    if (row === undefined) return;
    // The stack is shown whatever comes of it; only what it is at first, before all else, is as with any resource.
    const isStack = !isFirst && row === view.rows.get(view.rootKey);
    isStackShown ||= isStack;
    if (event.kind === "resource-outputs" && !isEndNews(before, event.step, options.preview)) return;
    if (isStack || isRowShown(row, rowOptions(false))) sayRow(row, false);
  };
  options.write(renderTitleLine(options));
  const ticker = setInterval(() => {
    if (options.suppressProgress) return;
    options.write(isTicking ? "." : `${tickerText(options)}....`);
    isTicking = true;
  }, tickMilliseconds).unref();
  return {
    listener(event: EngineEvent) {
      sayNotice(event);
      const told = options.showReads ? event : hideReads(event);
      if (told !== undefined) follow(told);
    },
    close() {
      clearInterval(ticker);
      const stack = rowOf(view, view.rootKey, options.now().getTime());
      for (const row of [...view.rows.values()].filter((row) => row !== stack && isOpen(row))) {
        if (isRowShown(row, rowOptions(true))) sayRow(row, true);
      }
      const isTold = isStackShown || view.rootKey === "" || isRowShown(stack, rowOptions(true));
      if (view.rows.size > 0 && isTold && isOpen(stack)) sayRow(stack, true);
      say(renderClosing(view, options));
    },
  };
}
