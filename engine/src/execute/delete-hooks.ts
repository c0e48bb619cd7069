import { UserError } from "../errors.ts";
import type { ResourceState } from "../state/resource.ts";
import type { Reporter } from "./reporter.ts";
import type { Run } from "./run.ts";

/** True where deletes at the end of a run may call functions of the program, which must live until then. */
export function deletesNeedProgram({ ledger }: Run): boolean {
  return [...ledger.base, ...ledger.toDelete].some(({ state: { resourceHooks } }) =>
    (["BeforeDelete", "AfterDelete", "OnError"] as const).some((phase) => phase in resourceHooks),
  );
}

/** Tells which recorded resources have delete hooks, which only their program can run; undefined where none has. */
export function refuseDeleteHooks(
  resources: readonly ResourceState[],
  reporter: Pick<Reporter, "error">,
): UserError | undefined {
  const hooks = deleteHooks(resources);
  for (const [urn, names] of hooks) {
    const message = "Resource has delete hooks registered, but the program is not running. Hooks: ";
    reporter.error(urn, message + names.join(", "));
  }
  if (hooks.size === 0) return undefined;
  const message = "You must run with the `--run-program` flag to use delete hooks during destroy.";
  return new UserError("delete-hooks-need-program", message);
}

/** By URN: a resource and its copies that wait for their deletion are told of once. */
function deleteHooks(resources: readonly ResourceState[]): ReadonlyMap<string, readonly string[]> {
  const hooks = new Map<string, readonly string[]>();
  for (const { urn, resourceHooks } of resources) {
    const { BeforeDelete: before = [], AfterDelete: after = [] } = resourceHooks;
    if (before.length > 0) hooks.set(urn, before);
    if (after.length > 0) hooks.set(urn, [...(hooks.get(urn) ?? []), ...after]);
  }
  return hooks;
}
