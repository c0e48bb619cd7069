import type { EngineEvent, StepMetadata } from "../events.ts";
import {
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import { writeResource } from "../state/checkpoint-resource.ts";
import { encodeGoJson, JsonRecord, type JsonValue } from "../state/go-json.ts";
import { plaintextWriter } from "../state/property-json.ts";
import type { ResourceState } from "../state/resource.ts";
import { isRootStack } from "./resource-text.ts";

export interface PreviewJsonOptions {
  readonly showSames: boolean;
  readonly showReplacementSteps: boolean;
}

const nanoseconds = 1e9;

function hideSecrets(value: PropertyValue): PropertyValue {
  if (value instanceof Secret || (value instanceof OutputValue && value.secret)) return "[secret]";
  if (isPropertyArray(value)) return value.map(hideSecrets);
  return isPropertyMap(value) ? hideMapSecrets(value) : value;
}

function hideMapSecrets(map: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, hideSecrets(value)]));
}

function stateJson(state: ResourceState | undefined): JsonValue | undefined {
  if (state === undefined) return undefined;
  const shown = { ...state, inputs: hideMapSecrets(state.inputs), outputs: hideMapSecrets(state.outputs) };
  return writeResource(shown, plaintextWriter);
}

function isListed(step: StepMetadata, options: PreviewJsonOptions): boolean {
  if (step.internal) return false;
  if (step.op === "same") {
    return options.showSames || isRootStack(step.type) || step.old?.protect !== step.new?.protect;
  }
  return step.op === "refresh" || step.logical || options.showReplacementSteps;
}

function stepJson(step: StepMetadata): JsonValue {
  const diff = Object.entries(step.detailedDiff ?? {}).map(
    ([path, { kind, inputDiff }]) =>
      [
        path,
        new JsonRecord([
          ["kind", kind],
          ["inputDiff", inputDiff],
        ]),
      ] as const,
  );
  return new JsonRecord([
    ["op", step.op],
    ["urn", step.urn],
    ["provider", step.provider || undefined],
    ["oldState", stateJson(step.old)],
    ["newState", stateJson(step.new)],
    ["diffReasons", step.diffs.length > 0 ? step.diffs : undefined],
    ["replaceReasons", step.keys.length > 0 ? step.keys : undefined],
    ["detailedDiff", step.detailedDiff === undefined ? null : Object.fromEntries(diff)],
  ]);
}

function diagnosticsJson(events: readonly EngineEvent[]): readonly JsonValue[] {
  return events.flatMap((event) => {
    if (event.kind !== "diagnostic" || event.diagnostic.severity === "debug" || event.diagnostic.ephemeral)
      return [];
    const { urn, prefix, message, severity } = event.diagnostic;
    return [
      new JsonRecord([
        ["urn", urn || undefined],
        ["prefix", prefix || undefined],
        ["message", message],
        ["severity", severity],
      ]),
    ];
  });
}

/** The one JSON object that `preview --json` prints when all is known. */
export function renderPreviewJson(events: readonly EngineEvent[], options: PreviewJsonOptions): string {
  const steps = events
    .filter((event) => event.kind === "resource-pre")
    .filter((event) => isListed(event.step, options))
    .map((event) => stepJson(event.step));
  const prelude = events.find((event) => event.kind === "prelude");
  const summary = events.find((event) => event.kind === "summary");
  const diagnostics = diagnosticsJson(events);
  const hasConfig = prelude !== undefined && Object.keys(prelude.config).length > 0;
  const document = new JsonRecord([
    ["config", hasConfig ? prelude.config : undefined],
    ["steps", steps.length > 0 ? steps : undefined],
    ["diagnostics", diagnostics.length > 0 ? diagnostics : undefined],
    ["duration", summary === undefined ? undefined : Math.round(summary.durationSeconds * nanoseconds)],
    ["changeSummary", summary === undefined ? undefined : { ...summary.resourceChanges }],
    ["maybeCorrupt", summary?.maybeCorrupt || undefined],
  ]);
  return `${encodeGoJson(document, { indent: 4 })}\n`;
}
