import { UserError } from "../errors.ts";
import type { OperationOptions } from "../operation.ts";
import { UrnTargets } from "../plan/targets.ts";
import type { ResourceState } from "../state/resource.ts";

/** Why nothing is read or destroyed: a resource is named, to be taken or to be spared, that is not recorded. */
export function refuseAbsentTargets(
  { targets, excludes }: Pick<OperationOptions, "targets" | "excludes">,
  resources: readonly ResourceState[],
): UserError | undefined {
  const recorded = new Set(resources.map(({ urn }) => urn));
  const named = [targets, excludes].flatMap((patterns) => UrnTargets.of(patterns).literalUrns);
  const absent = named.find((urn) => !recorded.has(urn));
  if (absent === undefined) return undefined;
  return new UserError("target-absent", `no resource named '${absent}' found`);
}
