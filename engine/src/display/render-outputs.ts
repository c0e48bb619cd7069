import type { StepMetadata } from "../events.ts";
import { Computed, isPropertyArray, isPropertyMap, type PropertyValue } from "../protocol/property-value.ts";
import { compareUtf8 } from "../state/go-json.ts";
import { HiddenPaths } from "./hidden-paths.ts";
import type { Paint } from "./paint.ts";
import { isShown, renderTitle, renderValue, widest } from "./render-value.ts";
import { renderMapDiff } from "./render-value-diff.ts";
import { isRootStack } from "./resource-text.ts";
import { diffMaps, diffProperties, isInternalKey, type MapDiff, type ValueDiff } from "./value-diff.ts";

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
  if (step.old === undefined) return renderNew(step, options);
  const hidden = new HiddenPaths(step);
  const diff = diffMaps(step.old.outputs, step.new?.outputs ?? {}, hidden);
  const place = placeOf(step, options);
  const told = hidden.render(place);
  if ([...diff.values()].every(({ kind }) => kind === "same")) {
    return told === "" && sames ? renderNew(step, options) : told;
  }
  const known = options.planning && isStack ? withoutGuesses(diff) : diff;
  const isHidden = (key: string) =>
    (!options.refresh && equalsInput(key, step)) || (!sames && known.get(key)?.kind === "same");
  return told + renderMapDiff(blankWhere(known, isHidden), { ...place, sames: true });
}

function placeOf(step: StepMetadata, { indent, paint }: OutputsOptions) {
  const op = step.op === "create" || step.op === "delete" ? step.op : ("same" as const);
  return { indent, op, marked: false, paint };
}

function equalsInput(key: string, step: StepMetadata): boolean {
  const input = step.new?.inputs[key];
  if (input === undefined) return false;
  const output = step.new?.outputs[key] ?? null;
  return diffProperties(key, [output, input], new HiddenPaths(step)).kind === "same";
}

/** Hides entries but lets them count for the width of the titles. */
function blankWhere(diff: MapDiff, isHidden: (key: string) => boolean): MapDiff {
  const blank: ValueDiff = { kind: "same", value: null };
  return new Map([...diff].map(([key, value]) => [key, isHidden(key) ? blank : value]));
}

function renderNew(step: StepMetadata, options: OutputsOptions): string {
  const outputs = step.new?.outputs ?? {};
  const place = placeOf(step, options);
  const keys = Object.keys(outputs).sort(compareUtf8);
  const longest = widest(keys);
  return keys
    .filter((key) => !isInternalKey(key) && isShown(outputs[key] ?? null))
    .filter((key) => options.refresh || !equalsInput(key, step))
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
    if (value.kind === "update") return !(value.next instanceof Computed);
    const isGuess = value.kind === "add" && (key === resourceMark || value.value instanceof Computed);
    return !(isResource && isGuess);
  });
  return new Map(kept.map(([key, value]) => [key, nestedWithoutGuesses(value)]));
}

function nestedWithoutGuesses(diff: ValueDiff): ValueDiff {
  if (diff.kind === "add") return { kind: "add", value: withoutMarks(diff.value) };
  if (diff.kind === "object") return { kind: "object", entries: withoutGuesses(diff.entries) };
  if (diff.kind !== "array") return diff;
  return {
    kind: "array",
    items: new Map([...diff.items].map(([i, item]) => [i, nestedWithoutGuesses(item)])),
  };
}

function withoutMarks(value: PropertyValue): PropertyValue {
  if (isPropertyArray(value)) return value.map(withoutMarks);
  if (!isPropertyMap(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== resourceMark);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutMarks(inner)]));
}
