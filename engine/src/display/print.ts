import type { EngineEvent } from "../events.ts";
import { createDiffDisplay } from "./diff-display.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { eventLines } from "./event-log.ts";
import { gatherWrites } from "./gather-writes.ts";
import { createProgressDisplay } from "./progress-display.ts";
import { renderPreviewJson } from "./render-preview-json.ts";
import { createTerminalDisplay } from "./terminal-display.ts";

/** Shows an operation in the way that was asked for. */
export function createDisplay(options: DisplayOptions): Display {
  if (options.kind === "progress" && options.isTerminal) return createTerminalDisplay(options);
  const gathered = gatherWrites(options.write);
  const { listener, close } = createLines({ ...options, write: gathered.write });
  return {
    listener,
    close() {
      close();
      gathered.flush();
    },
  };
}

function createLines(options: DisplayOptions): Display {
  switch (options.kind) {
    case "diff":
      return createDiffDisplay(options);
    case "json":
      return createJsonDisplay(options);
    case "preview-json":
      return createPreviewJsonDisplay(options);
    case "progress":
      return createProgressDisplay(options);
  }
}

function createJsonDisplay(options: DisplayOptions): Display {
  const listener = eventLines(options, (line) => options.write(`${line}\n`));
  return { listener, close: () => undefined };
}

function createPreviewJsonDisplay(options: DisplayOptions): Display {
  const events: EngineEvent[] = [];
  return {
    listener(event) {
      events.push(event);
    },
    close() {
      options.write(renderPreviewJson(events, options));
    },
  };
}
