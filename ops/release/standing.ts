import type { UpdateSummary } from "@pulumi/pulumi/automation/index.js";
import type { RecordedUpdate } from "../../contracts/release.ts";
import { isUnchanged } from "../plan.ts";

/** How the state stands to the newest release. */
export type Standing =
  /** It is what that release left. */
  | { readonly kind: "current" }
  /** An update that is in no record left it. */
  | { readonly kind: "unrecorded"; readonly update: UpdateSummary }
  /** Something after the newest release failed half-way: it is no release's. */
  | { readonly kind: "disturbed"; readonly by: UpdateSummary }
  /** The stack was destroyed after the newest release. */
  | { readonly kind: "destroyed" }
  /** Nothing was ever deployed. */
  | { readonly kind: "empty" };

/** Compares the engine's history (newest first) with the update that the newest release records. */
export function judgeStanding(
  history: readonly UpdateSummary[],
  recorded: RecordedUpdate | undefined,
): Standing {
  let disturbance: UpdateSummary | undefined;
  for (const entry of history) {
    if (recorded !== undefined && endOf(entry) <= Date.parse(recorded.endedAt)) break;
    if (!["update", "destroy"].includes(entry.kind)) continue;
    if (entry.result !== "succeeded") disturbance ??= entry;
    else if (entry.kind === "destroy") return { kind: "destroyed" };
    else if (isUnchanged({ summary: entry.resourceChanges ?? {} })) continue;
    else return disturbance ? { kind: "disturbed", by: disturbance } : { kind: "unrecorded", update: entry };
  }
  if (disturbance !== undefined) return { kind: "disturbed", by: disturbance };
  return { kind: recorded === undefined ? "empty" : "current" };
}

/** The engine's entry as a record has it. */
export function recordUpdate(entry: UpdateSummary): RecordedUpdate {
  return {
    version: entry.version ?? 0,
    startedAt: entry.startTime.toISOString(),
    endedAt: new Date(endOf(entry)).toISOString(),
  };
}

function endOf({ startTime, endTime }: UpdateSummary): number {
  return (endTime ?? startTime).getTime();
}
