import type { ResourceState } from "../src/state/resource.ts";
import type { Observed } from "./operate.ts";
import { neededBy, type ResourceSpec } from "./program-spec.ts";

/** What the program of an operation says about a recorded resource, under its name or a former one. */
export function specOf(record: ResourceState, observed: Observed): ResourceSpec | undefined {
  const { operation, program } = observed.request;
  const isRun = operation.kind === "up" || operation.runProgram === true;
  const spec = isRun ? program.resources.find((one) => isAbout(one, record)) : undefined;
  if (spec === undefined || operation.kind !== "destroy") return spec;
  // A destroy leaves out what needs something that is not there: then it goes by what is recorded.
  const isThere = ({ name }: ResourceSpec) =>
    observed.before.resources.some(({ urn }) => urn.endsWith(`::${name}`));
  const needed = program.resources.filter(({ key }) => neededBy(spec).includes(key));
  return needed.every(isThere) ? spec : undefined;
}

/** Another type or parent, without an alias that says so, makes another resource. */
function isAbout(spec: ResourceSpec, { urn, type }: ResourceState): boolean {
  const { name, aliases = [] } = spec;
  const isCalled = [name, ...aliases.map((alias) => alias.name)].some((known) => urn.endsWith(`::${known}`));
  if (!isCalled || aliases.length > 0) return isCalled;
  const isSamePlace = (spec.parent === undefined) === !urn.includes("$");
  return isSamePlace && (spec.kind !== "custom" || spec.type === type);
}
