import { urnName } from "../plan/urn.ts";
import {
  Archive,
  Asset,
  Computed,
  isPropertyArray,
  isPropertyMap,
  OutputValue,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import type { CheckFailure } from "../providers/provider.ts";
import type { ResourceState } from "../state/resource.ts";

/** Tells what is wrong with a resource's inputs, one message per failure, worded as the official CLI does. */
export function reportCheckFailures(
  state: ResourceState,
  failures: readonly CheckFailure[],
  tell: (urn: string, message: string) => void,
): void {
  const resource = `${state.type} resource '${urnName(state.urn)}'`;
  for (const { property, reason } of failures) {
    if (property === "") tell(state.urn, `${resource} has a problem: ${reason}`);
    else {
      const value = describe(Object.hasOwn(state.inputs, property) ? (state.inputs[property] ?? null) : null);
      tell(state.urn, `${resource}: property ${property} value ${value} has a problem: ${reason}`);
    }
  }
}

/** A value for a message; secrets stay hidden. */
function describe(value: PropertyValue): string {
  return `{${inner(value)}}`;
}

function inner(value: PropertyValue): string {
  if (value === null) return "<nil>";
  if (value instanceof Secret) return "[secret]";
  if (value instanceof Computed || (value instanceof OutputValue && value.value === undefined))
    return "output<string>";
  if (value instanceof OutputValue) return value.secret ? "[secret]" : inner(value.value ?? null);
  if (value instanceof Asset) return "asset";
  if (value instanceof Archive) return "archive";
  if (isPropertyArray(value)) return `[${value.map(describe).join(" ")}]`;
  if (isPropertyMap(value)) {
    const entries = Object.entries(value).map(([key, element]) => `${key}:${describe(element)}`);
    return `map[${entries.sort().join(" ")}]`;
  }
  return typeof value === "object" ? value.urn : String(value);
}
