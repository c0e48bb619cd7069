import type { ResourceState } from "../src/state/resource.ts";
import type { Observed } from "./operate.ts";
import type { ResourceSpec } from "./program-spec.ts";

/** What the program of an operation says about a recorded resource, under its name or a former one. */
export function specOf(record: ResourceState, observed: Observed): ResourceSpec | undefined {
  const isCalled = ({ name, aliases = [] }: ResourceSpec): boolean =>
    [name, ...aliases.map((alias) => alias.name)].some((known) => record.urn.endsWith(`::${known}`));
  const { operation, program } = observed.request;
  const isRun = operation.kind === "up" || operation.runProgram === true;
  return isRun ? program.resources.find(isCalled) : undefined;
}
