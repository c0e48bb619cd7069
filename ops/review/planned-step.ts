import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { isMap, toShown, type Value, type Values } from "./values.ts";

/** A resource as a step has it before or after; secrets are hidden. */
export interface StepState {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly custom: boolean;
  /** URN. */
  readonly parent: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** A property that differs. */
export interface PropertyChange {
  readonly path: string;
  /** `add`, `update`, `delete`; with `-replace` where it asks for another object. */
  readonly kind: string;
}

/** What an engine plans for one resource. */
export interface PlannedStep {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly differences: readonly PropertyChange[];
  /** Properties that make it a replacement. */
  readonly replaceKeys: readonly string[];
  readonly old?: StepState;
  readonly new?: StepState;
}

/** Steps that only carry out another one which is there already. */
const DETAILS = new Set(["create-replacement", "delete-replaced", "refresh"]);

/** Gathers from a preview's events what is planned. */
export class StepCollector {
  private readonly byUrn = new Map<string, PlannedStep>();
  private stackOutputs: Values = {};

  accept(event: EngineEvent): void {
    const outcome = event.resOutputsEvent?.metadata;
    if (outcome?.type === STACK_TYPE && outcome.new) this.stackOutputs = mapOf(outcome.new.outputs);
    const step = event.resourcePreEvent?.metadata;
    if (step === undefined || DETAILS.has(step.op)) return;
    this.byUrn.set(step.urn, toStep(step));
  }

  /** In a stable order; names that an engine draws are the same each time. */
  get steps(): readonly PlannedStep[] {
    const sorted = [...this.byUrn.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    return withoutDrawnNames(sorted.map((step) => this.withOutputs(step)));
  }

  /** Outputs of the stack are known when the program is done. */
  private withOutputs(step: PlannedStep): PlannedStep {
    if (step.type !== STACK_TYPE || step.new === undefined) return step;
    return { ...step, new: { ...step.new, outputs: this.stackOutputs } };
  }
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

function toStep(step: Metadata): PlannedStep {
  const differences = Object.entries(step.detailedDiff ?? {})
    .map(([path, diff]) => ({ path, kind: String((diff as { readonly diffKind?: unknown }).diffKind) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const named = (step.diffs ?? []).map((path) => ({ path, kind: "update" }));
  return {
    op: step.op,
    urn: step.urn,
    type: step.type,
    differences: differences.length > 0 ? differences : named,
    replaceKeys: [...(step.keys ?? [])].sort(),
    ...(step.old && { old: toState(step.old) }),
    ...(step.new && { new: toState(step.new) }),
  };
}

function toState(state: NonNullable<Metadata["old"]>): StepState {
  return {
    protect: state.protect === true,
    retainOnDelete: state.retainOnDelete === true,
    custom: state.custom === true,
    parent: state.parent,
    inputs: mapOf(state.inputs),
    outputs: mapOf(state.outputs),
  };
}

function mapOf(value: unknown): Values {
  const shown: Value = toShown(value ?? {});
  return isMap(shown) ? (shown as Values) : {};
}

/** Kubernetes objects that are made under a name of the engine's own get another one in each preview. */
function withoutDrawnNames(steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const drawn = steps.flatMap(({ op, new: state }) => {
    const metadata = state?.inputs["metadata"];
    if (op === "same" || !isMap(metadata)) return [];
    const annotations = metadata["annotations"];
    const isDrawn = isMap(annotations) && annotations["pulumi.com/autonamed"] === "true";
    const name = metadata["name"];
    return isDrawn && typeof name === "string" ? [name] : [];
  });
  const recorded = new Set(steps.map(({ old }) => nameIn(old)));
  const names = drawn.filter((name) => !recorded.has(name));
  if (names.length === 0) return steps;
  const text = names.reduce(
    (json, name) => json.replaceAll(name, name.replace(/-[0-9a-f]{7,8}$/, "-*")),
    JSON.stringify(steps),
  );
  return JSON.parse(text) as PlannedStep[];
}

function nameIn(state: StepState | undefined): unknown {
  const metadata = state?.inputs["metadata"];
  return isMap(metadata) ? metadata["name"] : undefined;
}
