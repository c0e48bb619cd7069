import { describeValue } from "../plan/describe-value.ts";
import { urnName } from "../plan/urn.ts";
import type { CheckFailure } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";

/** Tells what is wrong with a resource's inputs, one message per failure, worded as the official CLI does. */
export function reportCheckFailures(
  state: ResourceState,
  failures: readonly CheckFailure[],
  tell: (urn: string, message: string) => void,
): void {
  if (failures.length === 0) return;
  const resource = `${state.type} resource '${urnName(state.urn)}'`;
  for (const { property, reason } of failures) {
    if (property === "") tell(state.urn, `${resource} has a problem: ${reason}`);
    else {
      const value = describeValue(
        Object.hasOwn(state.inputs, property) ? (state.inputs[property] ?? null) : null,
      );
      tell(state.urn, `${resource}: property ${property} value ${value} has a problem: ${reason}`);
    }
  }
}
