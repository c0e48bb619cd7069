import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { engineFailure } from "../failure.ts";
import { OperationProgress } from "../progress.ts";
import { engineSignal, lockNotices } from "../stack.ts";
import { isGrouping } from "../urn.ts";
import type { Output } from "../verb.ts";
import { stepsOf } from "./canonical.ts";

/** What a refresh would record of one property, or that the resource is gone. */
export interface EngineSighting {
  readonly urn: string;
  readonly kind: "changed" | "deleted";
  readonly property: string;
  readonly recorded: string | null;
  readonly live: string | null;
}

/** Asks the providers through the engine what is there; records nothing. @throws UserError with what the engine said. */
export async function readThroughEngine(stack: Stack, output: Output): Promise<EngineSighting[]> {
  const sightings: EngineSighting[] = [];
  const progress = new OperationProgress({ output, clock: () => performance.now(), quiet: true });
  const onEvent = (event: EngineEvent) => {
    progress.accept(event);
    const step = event.resOutputsEvent?.metadata;
    if (step !== undefined && !isGrouping(step.urn)) sightings.push(...sightingsOf(step));
  };
  try {
    await stack.previewRefresh({ onEvent, ...engineSignal(stack, output), ...lockNotices(output) });
    return sightings;
  } catch (error) {
    throw engineFailure(error, progress.failures);
  } finally {
    progress.close();
  }
}

type Step = NonNullable<EngineEvent["resOutputsEvent"]>["metadata"];

/** What one step of a refresh says. Only `update` and `delete` say that something is otherwise than recorded. */
export function sightingsOf(step: Step): EngineSighting[] {
  const { urn, op } = step;
  if (op === "delete") return [{ urn, kind: "deleted", property: "", recorded: "there", live: null }];
  if (op !== "update") return [];
  const paths = Object.keys(step.detailedDiff ?? {});
  return (paths.length > 0 ? paths : (step.diffs ?? [])).map((property) => ({
    urn,
    kind: "changed",
    property,
    recorded: sideOf(step.old, property),
    live: sideOf(step.new, property),
  }));
}

function sideOf(
  side: { readonly inputs?: unknown; readonly outputs?: unknown } | undefined,
  property: string,
): string | null {
  const value = valueAt(side?.outputs, property) ?? valueAt(side?.inputs, property);
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The value at `spec.ports[0].name` or `labels["a.b"]`. */
export function valueAt(values: unknown, property: string): unknown {
  return stepsOf(property).reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    values,
  );
}
