import { ProviderError } from "../errors.ts";
import { describeValue } from "../plan/describe-value.ts";
import { getAtPath, parsePropertyPath } from "../plan/property-path.ts";
import type { PropertyMap } from "../protocol/property-value.ts";

/** Why a component was not constructed or a method not called, with the inputs that are wrong, each on its own line. */
export function describeRefusal(error: unknown, inputs: PropertyMap): string {
  const message = error instanceof Error ? error.message : String(error);
  const problems = error instanceof ProviderError ? error.inputs : [];
  const lines = problems.map(({ path, reason }) => {
    const value = getAtPath(inputs, parsePropertyPath(path) ?? []);
    const found = value === undefined || value === inputs ? "" : ` with value '${describeValue(value)}'`;
    return `\n\t\t- property ${path}${found} has a problem: ${reason}`;
  });
  return message + lines.join("");
}
