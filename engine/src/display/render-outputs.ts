import type { StepMetadata } from "../events.ts";
import { Computed, type PropertyMap } from "../protocol/property-value.ts";
import { HiddenPaths } from "./hidden-paths.ts";
import type { Paint } from "./paint.ts";
import { isShown, renderTitle, renderValue } from "./render-value.ts";
import { renderMapDiff } from "./render-value-diff.ts";
import { isRootStack } from "./resource-text.ts";
import { diffMaps, diffValues, isInternalKey, type MapDiff, type ValueDiff } from "./value-diff.ts";

export interface OutputsOptions {
  readonly indent: number;
  readonly planning: boolean;
  /** Show outputs that did not change. An update always does for the stack's own. */
  readonly sames: boolean;
  /** The step reads what exists, so its outputs are facts even in a preview. */
  readonly refresh: boolean;
  readonly paint: Paint;
}

const resourceMark = "@isPulumiResource";
const readingOps = new Set(["read", "read-replacement", "import", "import-replacement"]);

/** The outputs of a step, each line ended; those equal to the input of the same name are left out. */
export function renderOutputs(step: StepMetadata, options: OutputsOptions): string {
  const isStack = isRootStack(step.type);
  if (options.planning && !options.refresh && !isStack && !readingOps.has(step.op)) return "";
  if ((step.old?.initErrors.length ?? 0) > 0) return "";
  const sames = options.sames || (isStack && !options.planning);
  const inputs = step.new?.inputs ?? {};
  const outputs = step.new?.outputs ?? {};
  if (step.old !== undefined) {
    const hidden = new HiddenPaths(step);
    const diff = diffMaps(step.old.outputs, outputs, hidden);
    const told = options.planning && isStack ? withoutGuesses(diff) : diff;
    const isHidden = (key: string) =>
      (!options.refresh && equalsInput(key, inputs, outputs)) || (!sames && told.get(key)?.kind === "same");
    const place = placeOf(step, options);
    return hidden.render(place) + renderMapDiff(blankWhere(told, isHidden), { ...place, sames: true });
  }
  return renderNew(step, inputs, options);
}

function placeOf(step: StepMetadata, { indent, paint }: OutputsOptions) {
  const op = step.op === "create" || step.op === "delete" ? step.op : ("same" as const);
  return { indent, op, marked: false, paint };
}

function equalsInput(key: string, inputs: PropertyMap, outputs: PropertyMap): boolean {
  const [input, output] = [inputs[key], outputs[key]];
  return input !== undefined && output !== undefined && diffValues(input, output).kind === "same";
}

/** Hides entries but lets them count for the width of the titles. */
function blankWhere(diff: MapDiff, isHidden: (key: string) => boolean): MapDiff {
  const blank: ValueDiff = { kind: "same", value: null };
  return new Map([...diff].map(([key, value]) => [key, isHidden(key) ? blank : value]));
}

function renderNew(step: StepMetadata, inputs: PropertyMap, options: OutputsOptions): string {
  const outputs = step.new?.outputs ?? {};
  const place = placeOf(step, options);
  const keys = Object.keys(outputs).sort();
  const longest = Math.max(0, ...keys.map((key) => key.length));
  return keys
    .filter((key) => !isInternalKey(key) && isShown(outputs[key] ?? null))
    .filter((key) => options.refresh || !equalsInput(key, inputs, outputs))
    .map((key) => renderTitle(key, longest, place) + renderValue(outputs[key] ?? null, place))
    .join("");
}

/**
 * What a preview cannot know is no change: outputs that are not computed yet, the mark of exported resources, and
 * properties of theirs that the last update did not tell.
 */
function withoutGuesses(diff: MapDiff): MapDiff {
  const isResource = diff.get(resourceMark)?.kind === "add";
  const kept = [...diff].filter(([key, value]) => {
    if (key === resourceMark && value.kind === "add") return false;
    return !(isResource && value.kind === "add");
  });
  return new Map(kept.map(([key, value]) => [key, nestedWithoutGuesses(value)]));
}

function nestedWithoutGuesses(diff: ValueDiff): ValueDiff {
  if (diff.kind === "update" && diff.next instanceof Computed) return { kind: "same", value: diff.old };
  if (diff.kind === "object") return { kind: "object", entries: withoutGuesses(diff.entries) };
  if (diff.kind !== "array") return diff;
  return {
    kind: "array",
    items: new Map([...diff.items].map(([i, item]) => [i, nestedWithoutGuesses(item)])),
  };
}
