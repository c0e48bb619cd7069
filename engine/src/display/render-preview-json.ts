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
import { isShownStep, type SeenSteps } from "./shown-steps.ts";

export interface PreviewJsonOptions {
  readonly showSames: boolean;
  readonly showReplacementSteps: boolean;
  /** Leaves out what the stack has. @default false */
  readonly suppressOutputs?: boolean;
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

function stateJson(state: ResourceState | undefined, options: PreviewJsonOptions): JsonValue | undefined {
  if (state === undefined) return undefined;
  const isHidden = options.suppressOutputs === true && isRootStack(state.type);
  const { inputs, outputs } = isHidden ? { inputs: {}, outputs: {} } : state;
  const shown = { ...state, inputs: hideMapSecrets(inputs), outputs: hideMapSecrets(outputs) };
  return writeResource(shown, plaintextWriter);
}

function stepJson(step: StepMetadata, options: PreviewJsonOptions): JsonValue {
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
    ["oldState", stateJson(step.old, options)],
    ["newState", stateJson(step.new, options)],
    ["diffReasons", step.diffs.length > 0 ? step.diffs : undefined],
    ["replaceReasons", step.keys.length > 0 ? step.keys : undefined],
    ["detailedDiff", step.detailedDiff === undefined ? null : Object.fromEntries(diff)],
  ]);
}

function diagnosticsJson(event: EngineEvent): readonly JsonValue[] {
  if (event.kind === "stdout") return [messageJson("", event.message, "info")];
  if (event.kind !== "diagnostic" || event.diagnostic.severity === "debug" || event.diagnostic.ephemeral)
    return [];
  const { urn, prefix, message, severity } = event.diagnostic;
  return [messageJson(urn, prefix + message, severity)];
}

function messageJson(urn: string, message: string, severity: string): JsonValue {
  return new JsonRecord([
    ["urn", urn || undefined],
    ["message", message || undefined],
    ["severity", severity],
  ]);
}

/** The steps that are listed. Of what is read anew, what came of it stands in the place of the reading. */
function listSteps(events: readonly EngineEvent[], options: PreviewJsonOptions): readonly StepMetadata[] {
  const steps: StepMetadata[] = [];
  const seen: SeenSteps = new Map();
  for (const event of events) {
    if (event.kind !== "resource-pre" && event.kind !== "resource-outputs") continue;
    const { step } = event;
    if (!isShownStep(step, options)) continue;
    if (event.kind === "resource-pre") {
      seen.set(step.urn, step);
      steps.push(step);
      continue;
    }
    const isNews = step.op === "delete" || (step.op === "update" && step.detailedDiff !== undefined);
    if (!isNews || seen.get(step.urn)?.op !== "refresh") continue;
    steps.forEach(({ urn }, index) => {
      if (urn === step.urn) steps[index] = step;
    });
  }
  return steps;
}

/** The one JSON object that `preview --json` prints when all is known. */
export function renderPreviewJson(events: readonly EngineEvent[], options: PreviewJsonOptions): string {
  const steps = listSteps(events, options).map((step) => stepJson(step, options));
  const prelude = events.find((event) => event.kind === "prelude");
  const summary = events.find((event) => event.kind === "summary");
  const diagnostics = events.flatMap(diagnosticsJson);
  const changes = summary?.resourceChanges ?? {};
  const hasConfig = prelude !== undefined && Object.keys(prelude.config).length > 0;
  const document = new JsonRecord([
    ["config", hasConfig ? prelude.config : undefined],
    ["steps", steps.length > 0 ? steps : undefined],
    ["diagnostics", diagnostics.length > 0 ? diagnostics : undefined],
    ["duration", summary === undefined ? undefined : Math.round(summary.durationSeconds * nanoseconds)],
    ["changeSummary", Object.keys(changes).length > 0 ? { ...changes } : undefined],
    ["maybeCorrupt", summary?.maybeCorrupt || undefined],
  ]);
  return `${encodeGoJson(document, { indent: 4 })}\n`;
}
