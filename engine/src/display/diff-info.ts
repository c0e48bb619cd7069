import type { StepMetadata } from "../events.ts";
import { compareUtf8 } from "../state/go-json.ts";
import { detailedDiffOf } from "./detailed-diff.ts";
import { HiddenPaths } from "./hidden-paths.ts";
import { type Paint, plain } from "./paint.ts";
import { diffMaps, type MapDiff } from "./value-diff.ts";

function propertyDiff(step: StepMetadata): MapDiff {
  if (step.op === "same" || step.old === undefined || step.new === undefined) return new Map();
  if (step.detailedDiff !== undefined) return detailedDiffOf(step, false, new HiddenPaths(step));
  return diffMaps(step.old.inputs, step.new.inputs);
}

/** What changes, in short: `[diff: +added-gone~changed]`; "" where nothing does. */
export function renderDiffInfo(step: StepMetadata, paint: Paint = plain): string {
  const { old, new: next, diffs } = step;
  if (old === undefined || next === undefined) return "";
  const changed = [...propertyDiff(step)].filter(([, { kind }]) => kind !== "same");
  const named = (wanted: (kind: string) => boolean) =>
    changed.filter(([, { kind }]) => wanted(kind)).map(([name]) => name);
  const isWhole = (kind: string) => kind === "add" || kind === "delete";
  const taint = paint("red", "taint");
  // Its colour is part of the name where names are sorted, as `<`.
  const place = (name: string) => (name === taint ? "<" : name);
  const updates = [
    ...named((kind) => !isWhole(kind)),
    ...(old.provider === next.provider ? [] : ["provider"]),
    ...(old.protect === next.protect ? [] : ["protect"]),
    ...(old.taint === next.taint ? [] : [taint]),
  ];
  const write = (mark: string, names: readonly string[]) => {
    const told = names.filter((name) => diffs.length === 0 || diffs.includes(name));
    return told.length === 0 ? "" : mark + told.sort((a, b) => compareUtf8(place(a), place(b))).join(",");
  };
  const added = named((kind) => kind === "add");
  const gone = named((kind) => kind === "delete");
  if (added.length + gone.length + updates.length === 0) return "";
  return `[diff: ${write("+", added)}${write("-", gone)}${write("~", updates)}]`;
}
