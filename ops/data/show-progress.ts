import { renderDuration } from "../report/duration.ts";
import type { Output } from "../verb.ts";
import type { DataProgress } from "./keeper.ts";
import { renderBytes } from "./render-bytes.ts";

/** Milliseconds between two lines on one store that is still doing the same. */
const RHYTHM = 2_000;

/** Prints how far each store is: at once when something else begins, else every two seconds. */
export function dataProgressPrinter(
  output: Output,
  clock: () => number = () => performance.now(),
): (progress: DataProgress) => void {
  const start = clock();
  const shown = new Map<string, { readonly message: string; readonly at: number }>();
  return (progress) => {
    const before = shown.get(progress.store);
    const now = clock();
    if (before?.message === progress.message && now - before.at < RHYTHM) return;
    shown.set(progress.store, { message: progress.message, at: now });
    output.stderr.write(`  ${renderDuration(now - start).padStart(7)}  ${renderDataProgress(progress)}\n`);
  };
}

/** One line: `graph-store: copying 3.0 MiB of 12.2 MiB`. */
export function renderDataProgress({ store, message, bytes, total }: DataProgress): string {
  const amount = bytes === undefined ? "" : ` ${renderBytes(bytes)}`;
  const whole = bytes === undefined || total === undefined ? "" : ` of ${renderBytes(total)}`;
  return `${store}: ${message}${amount}${whole}`;
}
