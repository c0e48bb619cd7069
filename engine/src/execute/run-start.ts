import type { OperationContext, OperationOptions } from "../operation.ts";
import { newManifest } from "../state/integrity.ts";
import type { Snapshot } from "../state/resource.ts";
import type { RunStart } from "../state/state-change.ts";
import { keepsSecret } from "./open-updates.ts";

/**
 * What the changes of a run are changes to. Of what was under way in earlier runs, creates count on, and updates that alone
 * know what is secret.
 */
export function runStart(base: Snapshot, options: OperationOptions, context: OperationContext): RunStart {
  const { clearPendingCreates, importPendingCreates } = options;
  const inherited = base.pendingOperations.flatMap((operation, index) => {
    const { type, resource } = operation;
    const isForgotten = clearPendingCreates && importPendingCreates[resource.urn] === undefined;
    const counts = type === "creating" ? !isForgotten : keepsSecret(operation, base.resources);
    return counts ? [index] : [];
  });
  return {
    base,
    manifest: newManifest(context.clock.now()),
    secretsProvider: context.secrets.record,
    inherited,
  };
}
