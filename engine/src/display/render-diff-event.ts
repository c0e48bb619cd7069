import type { EngineEvent, StepMetadata } from "../events.ts";
import type { PropertyMap } from "../protocol/property-value.ts";
import { debuggerNotice } from "./debugger-notice.ts";
import { detailedDiffOf } from "./detailed-diff.ts";
import { HiddenPaths } from "./hidden-paths.ts";
import type { Paint } from "./paint.ts";
import { renderConfig } from "./render-config.ts";
import { renderOutputs } from "./render-outputs.ts";
import { renderDiffRemediation, renderDiffViolation } from "./render-policies.ts";
import { renderHeader } from "./render-step-header.ts";
import { deeper, margin, type Place, renderMap, tint } from "./render-value.ts";
import { renderMapDiff } from "./render-value-diff.ts";
import { isRootStack } from "./resource-text.ts";
import { isShownStep, type SeenSteps } from "./shown-steps.ts";
import { diffMaps } from "./value-diff.ts";

export interface DiffDisplayOptions {
  readonly paint: Paint;
  readonly showSames: boolean;
  readonly showReplacementSteps: boolean;
  /** URNs in the place of types. @default false */
  readonly showUrns?: boolean;
  readonly suppressOutputs: boolean;
  /** Shows the configuration first. @default false */
  readonly showConfig?: boolean;
}

/** Levels below the ancestors that are shown. */
function indentOf(step: StepMetadata, seen: SeenSteps, options: DiffDisplayOptions): number {
  const parentOf = (one: StepMetadata) => seen.get((one.new ?? one.old)?.parent ?? "");
  let indent = 0;
  for (let parent = parentOf(step); parent !== undefined; parent = parentOf(parent)) {
    if (isShownStep(parent, options)) indent++;
  }
  return indent;
}

function renderBlock(
  step: StepMetadata,
  isRefresh: boolean,
  place: Place,
  options: DiffDisplayOptions,
): string {
  return renderHeader(step, place, options.showUrns ?? false) + renderDetails(step, isRefresh, place);
}

function renderDetails(step: StepMetadata, isRefresh: boolean, header: Place): string {
  const place: Place = deeper({ ...header, op: step.op });
  const { op, old, new: next } = step;
  if (op === "same") return "";
  if (old === undefined) {
    const { inputs = {}, outputs = {} } = next ?? {};
    return renderMap(isEmpty(outputs) ? inputs : outputs, place);
  }
  if (next === undefined) return renderMap(old.inputs, place);
  const hidden = new HiddenPaths(step);
  if (step.detailedDiff !== undefined) {
    const diff = detailedDiffOf(step, isRefresh, hidden);
    const unchanged = () => renderMap(old.inputs, { ...place, op: "same" });
    return diff.size === 0
      ? unchanged()
      : hidden.render(place) + renderMapDiff(diff, { ...place, sames: true });
  }
  const isImport = op === "import" || op === "import-replacement";
  const side = isEmpty(next.outputs) || isImport ? "inputs" : "outputs";
  const diff = diffMaps(old[side], next[side], hidden);
  const told = hidden.render(place);
  if ([...diff.values()].every(({ kind }) => kind === "same")) {
    return told === "" ? renderMap(next[side], { ...place, op: "same" }) : told;
  }
  const isTold = (key: string) => side === "outputs" || step.diffs.length === 0 || step.diffs.includes(key);
  const shown = new Map([...diff].filter(([key]) => isTold(key)));
  return told + renderMapDiff(shown, { ...place, sames: true });
}

function isEmpty(map: PropertyMap): boolean {
  return Object.keys(map).length === 0;
}

/** Of an import and of what a refresh found the difference is known with the outputs; of all else they are told alone. */
function renderOutcome(
  event: Extract<EngineEvent, { kind: "resource-outputs" }>,
  seen: SeenSteps,
  options: DiffDisplayOptions,
): string {
  const { step, planning } = event;
  const { paint } = options;
  const indent = indentOf(step, seen, options);
  const header: Place = { indent, op: "same", marked: false, paint };
  const isRefresh = seen.get(step.urn)?.op === "refresh";
  if (step.op === "import" || (isRefresh && step.op === "update")) {
    return renderBlock(step, isRefresh, header, options);
  }
  const place: Place = { indent: indent + 1, op: step.op, marked: false, paint };
  const sames = options.showSames;
  const text = renderOutputs(step, { indent: indent + 1, planning, sames, refresh: isRefresh, paint });
  const isNews = isRefresh && (step.op !== "refresh" || text !== "" || isRootStack(step.type));
  const block = isNews ? renderHeader(step, header, options.showUrns ?? false) : "";
  if (options.suppressOutputs || text === "") return block;
  return `${block}${tint(place, `${margin(place)}--outputs:--`)}\n${text}`;
}

/** What the detailed display says about one event; remembers steps in `seen`. */
export function renderDiffEvent(event: EngineEvent, seen: SeenSteps, options: DiffDisplayOptions): string {
  switch (event.kind) {
    case "prelude":
      return options.showConfig ? renderConfig(event.config, options.paint) : "";
    case "resource-pre": {
      const { step } = event;
      seen.set(step.urn, step);
      if (step.op === "refresh" || step.op === "import" || !isShownStep(step, options)) return "";
      const { paint } = options;
      const header: Place = { indent: indentOf(step, seen, options), op: "same", marked: false, paint };
      return renderBlock(step, false, header, options);
    }
    case "resource-outputs":
      return isShownStep(event.step, options) ? renderOutcome(event, seen, options) : "";
    case "diagnostic":
      return event.diagnostic.prefix + event.diagnostic.message;
    case "policy-violation":
      return renderDiffViolation(event.violation, options);
    case "policy-remediation":
      return renderDiffRemediation(event, options);
    case "stdout":
      return event.message;
    case "start-debugging":
      return debuggerNotice(event.at);
    default:
      return "";
  }
}
