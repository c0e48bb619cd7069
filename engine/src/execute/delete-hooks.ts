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
  let found = false;
  for (const { urn, resourceHooks } of resources) {
    const names = [...(resourceHooks.BeforeDelete ?? []), ...(resourceHooks.AfterDelete ?? [])];
    if (names.length === 0) continue;
    found = true;
    const message = "Resource has delete hooks registered, but the program is not running. Hooks: ";
    reporter.error(urn, message + names.join(", "));
  }
  if (!found) return undefined;
  const message = "You must run with the `--run-program` flag to use delete hooks during destroy.";
  return new UserError("delete-hooks-need-program", message);
}
