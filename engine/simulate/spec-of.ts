import type { ResourceState } from "../src/state/resource.ts";
import type { Observed } from "./operate.ts";
import { neededBy, type ResourceSpec } from "./program-spec.ts";

/** What the program of an operation says about a recorded resource, under its name or a former one. */
export function specOf(record: ResourceState, observed: Observed): ResourceSpec | undefined {
  const { operation, program } = observed.request;
  const isRun = operation.kind === "up" || operation.runProgram === true;
  const spec = isRun ? program.resources.find((one) => isAbout(one, record)) : undefined;
  if (spec === undefined || operation.kind !== "destroy") return spec;
  return isLeftOut(spec, observed) ? undefined : spec;
}

/** A destroy leaves out what needs an object that is not there, or what is left out: it goes by what is recorded. */
function isLeftOut(spec: ResourceSpec, observed: Observed): boolean {
  const { request, before } = observed;
  const isThere = (one: ResourceSpec) =>
    one.kind === "component" || before.resources.some((record) => isAbout(one, record));
  return request.program.resources
    .filter(({ key }) => neededBy(spec).includes(key))
    .some((needed) => !isThere(needed) || isLeftOut(needed, observed));
}

/** Another type or parent, without an alias that says so, makes another resource. */
export function isAbout(spec: ResourceSpec, { urn, type }: ResourceState): boolean {
  const present = { name: spec.name, type: typeOf(spec), parent: spec.parent ?? null };
  const identities = [present, ...(spec.aliases ?? []).map((alias) => ({ ...present, ...alias }))];
  return identities.some(
    (known) =>
      urn.endsWith(`::${known.name}`) &&
      (known.parent === null) === !urn.includes("$") &&
      (known.type === undefined || known.type === type),
  );
}

function typeOf(spec: ResourceSpec): string | undefined {
  return spec.kind === "custom" ? spec.type : undefined;
}
