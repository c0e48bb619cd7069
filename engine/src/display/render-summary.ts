import type { EngineEvent, StepOp } from "../events.ts";
import { countedOps, opCounted, opMark } from "./op-text.ts";
import { opStyle, type Paint } from "./paint.ts";

export type Summary = Extract<EngineEvent, { kind: "summary" }>;

/** Ops that change nothing in the world, and are not counted out loud. */
const quietOps = new Set<StepOp>(["same", "read", "read-replacement", "discard"]);

/** The closing block: what changed, how much stayed, how much failed. */
export function renderCounts(summary: Summary, errored: number, paint: Paint): string {
  const changed = countedOps.filter((op) => !quietOps.has(op) && (summary.resourceChanges[op] ?? 0) > 0);
  const total = changed.reduce((sum, op) => sum + (summary.resourceChanges[op] ?? 0), 0);
  const unchanged = summary.resourceChanges.same ?? 0;
  const lines = changed.map((op) => {
    const count = `${opMark(op)}${summary.resourceChanges[op]} ${opCounted(op, summary.isPreview)}`;
    return `    ${paint(opStyle(op), count)}\n`;
  });
  const pieces = [
    ...(changed.length > 1 ? [paint("bold", `${total} changes`)] : []),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
  const rest = pieces.length > 0 ? [`    ${pieces.join(". ")}\n`] : [];
  const failures = errored > 0 ? [`    ${paint("red", `${errored} errored`)}\n`] : [];
  return [`${paint("bold", "Resources:")}\n`, ...lines, ...rest, ...failures].join("");
}

/** `1h2m3s` as the official CLI writes it. */
export function renderDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const parts = [hours > 0 ? `${hours}h` : "", hours + minutes > 0 ? `${minutes}m` : "", `${whole % 60}s`];
  return parts.join("");
}
