import type { EngineEvent, EventListener, StepMetadata } from "../events.ts";
import type { RunConfig } from "../operation.ts";
import { cutAtSecret, redactSecrets } from "../program/redact-secrets.ts";
import {
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
} from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";

type Redact = (text: string) => string;

function redactValue(value: PropertyValue, redact: Redact): PropertyValue {
  if (typeof value === "string") return redact(value);
  if (isPropertyArray(value)) return value.map((item) => redactValue(item, redact));
  return isPropertyMap(value) ? redactMap(value, redact) : value;
}

function redactMap(map: PropertyMap, redact: Redact): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, redactValue(value, redact)]));
}

function redactState(state: ResourceState | undefined, redact: Redact): ResourceState | undefined {
  if (state === undefined) return undefined;
  return { ...state, inputs: redactMap(state.inputs, redact), outputs: redactMap(state.outputs, redact) };
}

function redactStep(step: StepMetadata, redact: Redact): StepMetadata {
  return { ...step, old: redactState(step.old, redact), new: redactState(step.new, redact) };
}

function redactEvent(event: EngineEvent, redact: Redact): EngineEvent {
  switch (event.kind) {
    case "resource-pre":
    case "resource-outputs":
    case "resource-failed":
      return { ...event, step: redactStep(event.step, redact) };
    case "diagnostic":
      return { ...event, diagnostic: { ...event.diagnostic, message: redact(event.diagnostic.message) } };
    case "policy-violation":
      return { ...event, violation: { ...event.violation, message: redact(event.violation.message) } };
    case "policy-remediation":
      return { ...event, before: redactMap(event.before, redact), after: redactMap(event.after, redact) };
    case "stdout":
      return { ...event, message: redact(event.message) };
    default:
      return event;
  }
}

/** A listener that never sees the stack's secret configuration values, wherever a program put them. */
export function withoutConfigSecrets(listener: EventListener, config: RunConfig): EventListener {
  if (config.secretKeys.length === 0) return (event) => listener(withoutDumps(event));
  const redact = redactSecrets(config);
  return (event) => listener(redactEvent(event, redact));
}

/** Without secret configuration only messages can hold what states have marked. */
function withoutDumps(event: EngineEvent): EngineEvent {
  return event.kind === "diagnostic" ? redactEvent(event, cutAtSecret) : event;
}
