import { renderDuration } from "../report/duration.ts";
import type { Output } from "../verb.ts";
import type { Progress, Report } from "./progress.ts";

/** Off a terminal, details are shown this seldom: often enough to see that something happens. */
const DETAIL_INTERVAL = 10_000;
const LINE_WIDTH = 150;

/** Prints progress: headlines as lines; details as one line that is written over on a terminal, now and then elsewhere. */
export function progressPrinter(output: Output): Report {
  const terminal = output.stderr.isTTY === true;
  let shownAt = 0;
  return (progress) => {
    const text = renderProgress(progress);
    if (progress.kind === "headline") {
      shownAt = progress.elapsed;
      output.stderr.write(`${terminal ? "\r\u001b[K" : ""}${text}\n`);
    } else if (terminal) {
      output.stderr.write(`\r\u001b[K${text.slice(0, LINE_WIDTH)}`);
    } else if (progress.elapsed - shownAt >= DETAIL_INTERVAL) {
      shownAt = progress.elapsed;
      output.stderr.write(`${text}\n`);
    }
  };
}

function renderProgress({ phase, message, kind, elapsed }: Progress): string {
  return `${kind === "detail" ? "  … " : ""}${phase}: ${message} (${renderDuration(elapsed)})`;
}
