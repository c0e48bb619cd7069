import type { OperationContext, OperationOptions } from "../operation.ts";
import { newManifest } from "../state/integrity.ts";
import type { Snapshot } from "../state/resource.ts";
import type { RunStart } from "../state/state-change.ts";

/** What the changes of a run are changes to. Of what was under way in earlier runs, only creates count on. */
export function runStart(base: Snapshot, options: OperationOptions, context: OperationContext): RunStart {
  const { clearPendingCreates, importPendingCreates } = options;
  const creates = base.pendingOperations.flatMap(({ type, resource }, index) => {
    const isForgotten = clearPendingCreates && importPendingCreates[resource.urn] === undefined;
    return type === "creating" && !isForgotten ? [index] : [];
  });
  return {
    base,
    manifest: newManifest(context.clock.now()),
    secretsProvider: context.secrets.record,
    inherited: creates,
  };
}
