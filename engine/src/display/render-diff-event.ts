import type { EngineEvent, StepMetadata } from "../events.ts";
import { debuggerNotice } from "./debugger-notice.ts";
import { opMark } from "./op-text.ts";
import { opStyle, type Paint } from "./paint.ts";
import { renderOutputs } from "./render-outputs.ts";
import { renderDiffRemediation, renderDiffViolation } from "./render-policies.ts";
import { margin, type Place, renderMap, tint } from "./render-value.ts";
import { renderMapDiff } from "./render-value-diff.ts";
import { isRootStack } from "./resource-text.ts";
import { diffAtPaths, diffMaps, type MapDiff } from "./value-diff.ts";

export interface DiffDisplayOptions {
  readonly paint: Paint;
  readonly showSames: boolean;
  readonly showReads: boolean;
  readonly showReplacementSteps: boolean;
  readonly suppressOutputs: boolean;
}

/** The steps seen so far, by URN: they tell parents, and which resources are being read anew. */
export type SeenSteps = Map<string, StepMetadata>;

function isShownStep(step: StepMetadata, options: DiffDisplayOptions): boolean {
  switch (step.op) {
    case "same":
      return isRootStack(step.type) || options.showSames || step.old?.protect !== step.new?.protect;
    case "create-replacement":
    case "delete-replaced":
    case "read-replacement":
    case "import-replacement":
    case "discard-replaced":
      return options.showReplacementSteps;
    case "replace":
      return !options.showReplacementSteps;
    case "read":
    case "discard":
      return options.showReads;
    case "refresh":
      return false;
    default:
      return true;
  }
}

function indentOf(step: StepMetadata, seen: SeenSteps): number {
  const parentOf = (one: StepMetadata) => (one.new ?? one.old)?.parent ?? "";
  let indent = 0;
  for (let parent = seen.get(parentOf(step)); parent !== undefined; parent = seen.get(parentOf(parent)))
    indent++;
  return indent;
}

function lock(step: StepMetadata): string {
  const [before, after] = [step.old?.protect ?? false, step.new?.protect ?? false];
  if (step.new !== undefined && !after && before) return " 🔓";
  return before || after ? " 🔒" : "";
}

function renderHeader(step: StepMetadata, indent: number, paint: Paint): string {
  const inner = margin({ indent: indent + 1, op: "same", marked: false, paint });
  const outer = margin({ indent, op: "same", marked: false, paint });
  const id = step.old?.id || step.new?.id || "";
  const oldProvider = step.old?.provider ?? step.provider;
  const newProvider = step.new?.provider ?? oldProvider;
  const moved = oldProvider !== newProvider && step.old !== undefined;
  const provider = moved ? `${oldProvider} => ${newProvider}` : newProvider;
  const title = `${outer}${opMark(step.op)}${step.type}: (${step.op})${lock(step)}`;
  const details = [
    ...(id === "" ? [] : [`[id=${id}]`]),
    `[urn=${step.urn}]`,
    ...(provider === "" ? [] : [`[provider=${provider}]`]),
  ];
  return `${paint(opStyle(step.op), title)}\n${details.map((line) => `${inner}${line}\n`).join("")}`;
}

function differencesOf(step: StepMetadata, isRefresh: boolean): MapDiff {
  const side = isRefresh ? "outputs" : "inputs";
  const [old, next] = [step.old?.[side] ?? {}, step.new?.[side] ?? {}];
  if (step.detailedDiff === undefined) {
    const diff = diffMaps(old, next);
    if (step.diffs.length === 0) return diff;
    return new Map([...diff].filter(([key]) => step.diffs.includes(key)));
  }
  const merged = { ...step.old?.outputs, ...old };
  return diffAtPaths(isRefresh ? old : merged, next, Object.keys(step.detailedDiff));
}

function renderDetails(step: StepMetadata, indent: number, isRefresh: boolean, paint: Paint): string {
  const place: Place = { indent: indent + 1, op: step.op, marked: false, paint };
  if (step.op === "same") return "";
  if (step.old === undefined) return renderMap(step.new?.inputs ?? {}, place);
  if (step.new === undefined) return renderMap(step.old.inputs, place);
  return renderMapDiff(differencesOf(step, isRefresh), { ...place, sames: step.detailedDiff === undefined });
}

function renderBlock(step: StepMetadata, seen: SeenSteps, options: DiffDisplayOptions): string {
  const indent = indentOf(step, seen);
  return renderHeader(step, indent, options.paint) + renderDetails(step, indent, false, options.paint);
}

function renderOutcome(
  event: Extract<EngineEvent, { kind: "resource-outputs" }>,
  seen: SeenSteps,
  options: DiffDisplayOptions,
): string {
  const { step, planning } = event;
  const { paint } = options;
  const indent = indentOf(step, seen);
  const isRefresh = seen.get(step.urn)?.op === "refresh";
  const block = isRefresh ? renderHeader(step, indent, paint) + renderDetails(step, indent, true, paint) : "";
  if (isRefresh && !isRootStack(step.type)) return block;
  const place: Place = { indent: indent + 1, op: step.op, marked: false, paint };
  const sames = options.showSames || isRefresh;
  const outputs = options.suppressOutputs
    ? ""
    : renderOutputs(step, { indent: indent + 1, planning, sames, refresh: isRefresh, paint });
  return outputs === "" ? block : `${block}${tint(place, `${margin(place)}--outputs:--`)}\n${outputs}`;
}

/** What the detailed display says about one event; remembers steps in `seen`. */
export function renderDiffEvent(event: EngineEvent, seen: SeenSteps, options: DiffDisplayOptions): string {
  switch (event.kind) {
    case "resource-pre": {
      seen.set(event.step.urn, event.step);
      const isHidden = event.step.internal || !isShownStep(event.step, options);
      return isHidden ? "" : renderBlock(event.step, seen, options);
    }
    case "resource-outputs":
      return event.step.internal || !isShownStep(event.step, options)
        ? ""
        : renderOutcome(event, seen, options);
    case "diagnostic": {
      const { severity, prefix, message } = event.diagnostic;
      return severity === "debug" ? "" : `${prefix}${message.trimEnd()}\n`;
    }
    case "policy-violation":
      return renderDiffViolation(event.violation, options.paint);
    case "policy-remediation":
      return renderDiffRemediation(event, options.paint);
    case "stdout":
      return event.message;
    case "start-debugging":
      return debuggerNotice(event.at);
    default:
      return "";
  }
}
