import type { StepMetadata } from "../events.ts";
import { detailedDiffOf } from "./detailed-diff.ts";
import { HiddenPaths } from "./hidden-paths.ts";
import { type Paint, plain } from "./paint.ts";
import { diffMaps, isInternalKey, type MapDiff } from "./value-diff.ts";

function propertyDiff(step: StepMetadata): MapDiff {
  if (step.op === "same" || step.old === undefined || step.new === undefined) return new Map();
  if (step.detailedDiff !== undefined) return detailedDiffOf(step, false, new HiddenPaths(step));
  return diffMaps(step.old.inputs, step.new.inputs);
}

/** What changes, in short: `[diff: +added-gone~changed]`; "" where nothing does. */
export function renderDiffInfo(step: StepMetadata, paint: Paint = plain): string {
  const { old, new: next, diffs } = step;
  if (old === undefined || next === undefined) return "";
  const changed = [...propertyDiff(step)].filter(
    ([name, { kind }]) => kind !== "same" && !isInternalKey(name),
  );
  const named = (wanted: (kind: string) => boolean) =>
    changed.filter(([, { kind }]) => wanted(kind)).map(([name]) => name);
  const isWhole = (kind: string) => kind === "add" || kind === "delete";
  const updates = [
    ...named((kind) => !isWhole(kind)),
    ...(old.provider === next.provider ? [] : ["provider"]),
    ...(old.protect === next.protect ? [] : ["protect"]),
    ...(old.taint === next.taint ? [] : [paint("red", "taint")]),
  ];
  const write = (mark: string, names: readonly string[]) => {
    const told = names.filter((name) => diffs.length === 0 || diffs.includes(name));
    return told.length === 0 ? "" : mark + told.sort().join(",");
  };
  const added = named((kind) => kind === "add");
  const gone = named((kind) => kind === "delete");
  if (added.length + gone.length + updates.length === 0) return "";
  return `[diff: ${write("+", added)}${write("-", gone)}${write("~", updates)}]`;
}
