import type { EngineEvent } from "../events.ts";
import { createDiffDisplay } from "./diff-display.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { eventLines } from "./event-log.ts";
import { gatherWrites } from "./gather-writes.ts";
import { createProgressDisplay } from "./progress-display.ts";
import { renderPreviewJson } from "./render-preview-json.ts";
import { createSummaryJsonDisplay } from "./summary-json-display.ts";
import { createTerminalDisplay } from "./terminal-display.ts";

/** Shows an operation in the way that was asked for. */
export function createDisplay(options: DisplayOptions): Display {
  if (options.kind === "progress" && options.isTerminal)
    return forPeople(createTerminalDisplay(options), options);
  const { write, writeError } = options;
  const gathered = gatherWrites(write);
  const { listener, close } = createLines({
    ...options,
    write: gathered.write,
    ...(writeError !== undefined && {
      writeError(text: string) {
        gathered.flush();
        writeError(text);
      },
    }),
  });
  return {
    listener,
    close() {
      close();
      gathered.flush();
    },
  };
}

/** Debug messages are shown to those who ask for them. */
function forPeople({ listener, close }: Display, { showDebug }: DisplayOptions): Display {
  if (showDebug === true) return { listener, close };
  const isDebug = (event: EngineEvent) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "debug";
  return { listener: (event) => (isDebug(event) ? undefined : listener(event)), close };
}

function createLines(options: DisplayOptions): Display {
  switch (options.kind) {
    case "diff":
      return forPeople(createDiffDisplay(options), options);
    case "json":
      return createJsonDisplay(options);
    case "summary-json":
      return createSummaryJsonDisplay(options);
    case "preview-json":
      return createPreviewJsonDisplay(options);
    case "progress":
      return forPeople(createProgressDisplay(options), options);
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
