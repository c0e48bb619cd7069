import type { Change } from "../../../ops/review/change.ts";
import type { StepState } from "../../../ops/review/planned-step.ts";
import type { Values } from "../../../ops/review/values.ts";

interface Wanted {
  readonly op: string;
  readonly type: string;
  readonly name?: string;
  readonly old?: Values;
  readonly new?: Values;
  readonly outputs?: readonly [Values, Values];
  /** Before and after. */
  readonly protect?: readonly [boolean, boolean];
  readonly retainOnDelete?: boolean;
  readonly replaceKeys?: readonly string[];
  readonly differences?: readonly string[];
}

/** A change as a review has it, of what a test says about it. */
export function changeOf(wanted: Wanted): Change {
  const { op, type, name = "it", protect = [false, false], outputs = [{}, {}] } = wanted;
  const state = (side: 0 | 1, inputs: Values): StepState => ({
    protect: protect[side],
    retainOnDelete: wanted.retainOnDelete ?? false,
    custom: true,
    parent: "",
    inputs,
    outputs: outputs[side],
  });
  const hasOutputs = wanted.outputs !== undefined;
  return {
    op,
    type,
    name,
    urn: `urn:pulumi:dev::trials::${type}::${name}`,
    component: [],
    replaceKeys: wanted.replaceKeys ?? [],
    differences: (wanted.differences ?? []).map((path) => ({ path, kind: "update" })),
    ...((wanted.old !== undefined || hasOutputs) && { old: state(0, wanted.old ?? {}) }),
    ...((wanted.new !== undefined || hasOutputs) && { new: state(1, wanted.new ?? {}) }),
  };
}
