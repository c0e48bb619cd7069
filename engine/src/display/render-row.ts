import type { Diagnostic, StepMetadata, StepOp } from "../events.ts";
import { renderDiffInfo } from "./diff-info.ts";
import { opDone, opFailed, opMark, opPlanned, opRunning } from "./op-text.ts";
import { opStyle, type Paint } from "./paint.ts";
import { printable } from "./quote-text.ts";
import { retainMark } from "./render-step-header.ts";
import { isRootStack, nameOfUrn, shortType, typeOfUrn } from "./resource-text.ts";
import type { Row } from "./rows.ts";

export interface RowOptions {
  readonly planning: boolean;
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
  const parts = [
    plural(count("error"), "error"),
    plural(count("warning"), "warning"),
    plural(count("info") + count("info#err"), "message"),
    plural(count("debug"), "debug"),
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function lastMessage(diagnostics: readonly Diagnostic[]): string {
  const last = diagnostics.at(-1);
  return last === undefined ? "" : (`${last.prefix}${last.message}`.trimEnd().split("\n")[0] ?? "");
}

/** How long it took, or takes; nothing of what ended without a word. */
function duration(row: Row, options: RowOptions): string {
  if (row.phase === "failed" || (options.closing && row.phase !== "done")) return "";
  const end = row.phase === "running" ? options.now : row.endedAt;
  if (end === undefined) return "";
  const seconds = (end - row.startedAt) / 1000;
  if (row.phase === "running" || seconds >= 1) return ` (${Math.floor(seconds)}s)`;
  return ` (${seconds.toFixed(2)}s)`;
}

/** A custom resource always tells how it went: where it did not, the operation ended before. */
function isInterrupted({ phase, step }: Row, options: RowOptions): boolean {
  const isCustom = (step?.new ?? step?.old)?.custom === true;
  return options.closing && isCustom && phase !== "done" && opRunning(step?.op ?? "same", false) !== "";
}

function renderDone(row: Row, op: StepOp, options: RowOptions): string {
  if (options.planning) return opPlanned(op);
  const isFailed = row.phase === "failed" || row.diagnostics.some(isError);
  const text = isFailed ? opFailed(op) : opDone(op);
  const timed = op === "same" || text === "" ? text : `${text}${duration(row, options)}`;
  return isFailed ? options.paint("red", `**${timed}**`) : timed;
}

function isError({ severity, ephemeral }: Diagnostic): boolean {
  return severity === "error" && !ephemeral;
}

function renderStatus(row: Row, options: RowOptions): string {
  const { step, phase } = row;
  const op = step?.op ?? "same";
  const isStack = step !== undefined && isRootStack(step.type);
  if (phase !== "failed" && !row.diagnostics.some(isError) && isInterrupted(row, options)) {
    return options.paint("yellow", `${opRunning(op, false)} (interrupted)`);
  }
  if (isStack && op === "same" && phase !== "failed" && !options.closing) return "running";
  if (options.closing || phase === "done" || phase === "failed") return renderDone(row, op, options);
  const text = opRunning(op, options.planning);
  return options.planning || text === "" ? text : `${text}${duration(row, options)}`;
}

/** The single steps of a replacement do not tell what changes: the replacement does. */
function changeOf(step: StepMetadata, { replacement }: Row): StepMetadata {
  const isPart = step.op === "create-replacement" || step.op === "delete-replaced";
  return isPart && replacement !== undefined ? replacement : step;
}

/** One line about a resource: mark, type and name (or URN), status, what changes, the latest message. `branch` says where it hangs. */
export function renderRow(row: Row, options: RowOptions, branch = ""): string {
  const { step } = row;
  const mark = step === undefined ? "  " : options.paint(opStyle(step.op), opMark(step.op));
  const message = options.closing ? countMessages(row.diagnostics) : lastMessage(row.diagnostics);
  const diff = step === undefined ? "" : renderDiffInfo(changeOf(step, row), options.paint);
  const separator = diff !== "" && message !== "" ? "; " : "";
  const bold = options.paint("bold", printable(nameOfUrn(row.urn)));
  const name = options.urns ? printable(row.urn) : `${shortType(typeOfUrn(row.urn))} ${bold}`;
  const retain = step === undefined ? "" : retainMark(step);
  return ` ${mark} ${branch}${name} ${renderStatus(row, options)}${retain} ${diff}${separator}${message}`;
}

const readingOps: ReadonlySet<StepOp> = new Set<StepOp>(["read", "read-replacement", "discard"]);

/** True where a row says something: without messages, what is unchanged or only read does where that is asked for. */
export function isRowShown(row: Row, options: RowOptions): boolean {
  const { step } = row;
  if (row.diagnostics.length > 0) return true;
  if (step !== undefined && readingOps.has(step.op)) return options.reads;
  return row.isNotable || (step !== undefined && options.sames);
}
