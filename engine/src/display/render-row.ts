import type { Diagnostic, StepMetadata, StepOp } from "../events.ts";
import { renderDiffInfo } from "./diff-info.ts";
import { opDone, opMark, opRunning } from "./op-text.ts";
import { opStyle, type Paint } from "./paint.ts";
import { isRootStack, nameOfUrn, shortType, typeOfUrn } from "./resource-text.ts";
import type { Row } from "./rows.ts";

export interface RowOptions {
  readonly planning: boolean;
  readonly isRefresh: boolean;
  readonly paint: Paint;
  /** Milliseconds on the display's clock. */
  readonly now: number;
  /** After the last event: messages are counted instead of shown. */
  readonly closing: boolean;
  /** URNs instead of names. */
  readonly urns: boolean;
  /** Rows of what stays as it is. */
  readonly sames: boolean;
  /** Rows of what is only read. */
  readonly reads: boolean;
}

function plural(count: number, word: string): string {
  return count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`;
}

function countMessages(diagnostics: readonly Diagnostic[]): string {
  const kept = diagnostics.filter((d) => !d.ephemeral);
  const count = (severity: string) => kept.filter((d) => d.severity === severity).length;
  const infos = kept.filter((d) => d.severity.startsWith("info"));
  const lines = infos.reduce((sum, d) => sum + d.message.trimEnd().split("\n").length, 0);
  const parts = [
    plural(count("error"), "error"),
    plural(count("warning"), "warning"),
    plural(lines, "message"),
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function lastMessage(diagnostics: readonly Diagnostic[]): string {
  const last = diagnostics.at(-1);
  return last === undefined ? "" : (`${last.prefix}${last.message}`.trim().split("\n")[0] ?? "");
}

function duration(row: Row, options: RowOptions): string {
  const end = row.phase === "running" ? options.now : row.endedAt;
  const seconds = (end - row.startedAt) / 1000;
  if (row.phase === "running" || seconds >= 1) return `(${Math.floor(seconds)}s)`;
  return `(${seconds.toFixed(2)}s)`;
}

function renderStatus(row: Row, options: RowOptions): string {
  const { step, phase } = row;
  const isFailed =
    phase === "failed" || (options.closing && row.diagnostics.some((d) => d.severity === "error"));
  if (step === undefined || step.op === "same") {
    if (isFailed && !options.planning) return options.paint("red", "**failed**");
    return isRootStack(typeOfUrn(row.urn)) && !options.closing ? "running" : "";
  }
  const running = opRunning(step.op, options.planning);
  if (isFailed && !options.planning) return options.paint("red", `**${running} failed**`);
  const text = phase === "done" ? opDone(step.op, options.planning) : running;
  return options.planning || text === "" ? text : `${text} ${duration(row, options)}`;
}

/** The single steps of a replacement do not tell what changes: the replacement does. */
function changeOf(step: StepMetadata, { replacement }: Row): StepMetadata {
  const isPart = step.op === "create-replacement" || step.op === "delete-replaced";
  return isPart && replacement !== undefined ? replacement : step;
}

/** One line about a resource: mark, type, name, status, what changes, the latest message. `branch` says where it hangs. */
export function renderRow(row: Row, options: RowOptions, branch = ""): string {
  const { step } = row;
  const mark = step === undefined ? "  " : options.paint(opStyle(step.op), opMark(step.op));
  const type = shortType(typeOfUrn(row.urn));
  const message = options.closing ? countMessages(row.diagnostics) : lastMessage(row.diagnostics);
  const diff = step === undefined ? "" : renderDiffInfo(changeOf(step, row), options.paint);
  const separator = diff !== "" && message !== "" ? "; " : "";
  const name = options.paint("bold", options.urns ? row.urn : nameOfUrn(row.urn));
  return ` ${mark} ${branch}${type} ${name} ${renderStatus(row, options)} ${diff}${separator}${message}`;
}

const readingOps: ReadonlySet<StepOp> = new Set<StepOp>([
  "read",
  "read-replacement",
  "discard",
  "discard-replaced",
]);

/** True where a row says something: without messages, what is unchanged or only read does where that is asked for. */
export function isRowShown(row: Row, options: RowOptions): boolean {
  const { step } = row;
  if (row.diagnostics.length > 0) return true;
  if (step === undefined) return false;
  if (readingOps.has(step.op)) return options.reads;
  if (step.op !== "same" || options.sames) return true;
  return options.isRefresh || (row.phase === "done" && renderDiffInfo(step) !== "");
}
