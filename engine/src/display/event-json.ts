import type { EngineEvent, StepMetadata } from "../events.ts";
import { isProviderType } from "../plan/urn.ts";
import { UNKNOWN_VALUE } from "../protocol/signatures.ts";
import type { JsonValue } from "../state/go-json.ts";
import type { ResourceState } from "../state/resource.ts";
import { encodeBlind } from "./encode-blind.ts";
import { policyBody } from "./policy-event-json.ts";

/** The place of one event in the log. */
export interface EventPosition {
  /** From 0, without gaps. */
  readonly sequence: number;
  /** Unix seconds. */
  readonly timestamp: number;
  /** The colour setting the messages were made for. */
  readonly color: string;
}

type JsonObject = { readonly [key: string]: JsonValue };

function stateJson(state: ResourceState | undefined): JsonValue {
  if (state === undefined) return null;
  return {
    type: state.type,
    urn: state.urn,
    ...(state.custom ? { custom: true } : {}),
    ...(state.delete ? { delete: true } : {}),
    id: state.id,
    parent: state.parent,
    ...(state.protect ? { protect: true } : {}),
    ...(state.taint ? { taint: true } : {}),
    ...(state.external ? { external: true } : {}),
    ...(state.retainOnDelete ? { retainOnDelete: true } : {}),
    inputs: encodeBlind(state.inputs),
    outputs: encodeBlind(state.outputs),
    provider: state.provider,
    ...(state.initErrors.length > 0 ? { initErrors: [...state.initErrors] } : {}),
    ...(state.hideDiff.length > 0 ? { hideDiffs: [...state.hideDiff] } : {}),
  };
}

function detailedDiffJson(step: StepMetadata): JsonValue {
  if (step.detailedDiff === undefined) return null;
  const entries = Object.entries(step.detailedDiff);
  return Object.fromEntries(
    entries.map(([path, diff]) => [path, { diffKind: diff.kind, inputDiff: diff.inputDiff }]),
  );
}

/** In a preview a provider that was made has an id, and nobody knows which. */
function madeState(state: ResourceState | undefined): ResourceState | undefined {
  if (state === undefined || state.id !== "" || !isProviderType(state.type)) return state;
  return { ...state, id: UNKNOWN_VALUE };
}

function metadataJson(step: StepMetadata, isMade = false): JsonObject {
  return {
    op: step.op,
    urn: step.urn,
    type: step.type,
    old: stateJson(step.old),
    new: stateJson(isMade ? madeState(step.new) : step.new),
    ...(step.keys.length > 0 ? { keys: [...step.keys] } : {}),
    ...(step.diffs.length > 0 ? { diffs: [...step.diffs] } : {}),
    detailedDiff: detailedDiffJson(step),
    ...(step.logical ? { logical: true } : {}),
    provider: step.provider,
  };
}

type BodyOf<Kind extends EngineEvent["kind"]> = Extract<EngineEvent, { kind: Kind }>;

function stepBody(event: BodyOf<"resource-pre" | "resource-outputs">): JsonObject {
  const isMade = event.planning && (event.kind === "resource-outputs" || event.step.op === "replace");
  return { metadata: metadataJson(event.step, isMade), ...(event.planning ? { planning: true } : {}) };
}

/** What colours a terminal or erases its lines. */
const TERMINAL_CODE = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*[mK]`, "g");

function diagnosticBody({ diagnostic }: BodyOf<"diagnostic">, color: string): JsonObject {
  const { urn, prefix, message, severity, ephemeral } = diagnostic;
  return {
    ...(urn === "" ? {} : { urn }),
    ...(prefix === "" ? {} : { prefix }),
    message: message.replace(TERMINAL_CODE, ""),
    color,
    severity,
    ...(ephemeral ? { ephemeral: true } : {}),
  };
}

function summaryBody(event: BodyOf<"summary">): JsonObject {
  return {
    maybeCorrupt: event.maybeCorrupt,
    durationSeconds: Math.ceil(event.durationSeconds),
    resourceChanges: { ...event.resourceChanges },
    PolicyPacks: { ...event.policyPacks },
    isPreview: event.isPreview,
    result: event.result,
  };
}

function bodyOf(event: EngineEvent, color: string): JsonObject {
  switch (event.kind) {
    case "prelude":
      return { preludeEvent: { config: { ...event.config } } };
    case "resource-pre":
      return { resourcePreEvent: stepBody(event) };
    case "resource-outputs":
      return { resOutputsEvent: stepBody(event) };
    case "resource-failed":
      return {
        resOpFailedEvent: { metadata: metadataJson(event.step), status: event.status, steps: event.steps },
      };
    case "diagnostic":
      return { diagnosticEvent: diagnosticBody(event, color) };
    case "stdout":
      return { stdoutEvent: { message: event.message, color } };
    case "start-debugging":
      return { startDebuggingEvent: { config: { ...event.at } } };
    case "policy-load":
    case "policy-violation":
    case "policy-remediation":
    case "policy-summary":
      return policyBody(event, color);
    case "summary":
      return { summaryEvent: summaryBody(event) };
    case "cancel":
      return { cancelEvent: {} };
  }
}

/** One event as the event log has it (apitype.EngineEvent). */
export function renderEventJson(event: EngineEvent, position: EventPosition): JsonObject {
  return {
    sequence: position.sequence,
    timestamp: position.timestamp,
    ...bodyOf(event, position.color),
  };
}
