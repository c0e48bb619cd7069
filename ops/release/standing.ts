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

/**
 * Compares the engine's history (newest first) with the update that the newest release records. An update that changed
 * nothing is no release of its own, unless it finished one that had failed.
 */
export function judgeStanding(
  history: readonly UpdateSummary[],
  recorded: RecordedUpdate | undefined,
): Standing {
  const since = entriesSince(history, recorded).filter(({ kind }) => kind === "update" || kind === "destroy");
  const [newest] = since;
  if (newest !== undefined && newest.result !== "succeeded") return { kind: "disturbed", by: newest };
  const decisive = since.find((entry) => entry.result !== "succeeded" || !isNoChange(entry));
  if (newest === undefined || (decisive === undefined && recorded !== undefined)) {
    return { kind: recorded === undefined ? "empty" : "current" };
  }
  if (decisive?.kind === "destroy") return { kind: "destroyed" };
  return { kind: "unrecorded", update: decisive?.result === "succeeded" ? decisive : newest };
}

/** History counts whole seconds, in which more than one operation may end: what its place tells, the time does not. */
function entriesSince(
  history: readonly UpdateSummary[],
  recorded: RecordedUpdate | undefined,
): readonly UpdateSummary[] {
  if (recorded === undefined) return history;
  const place = history.findIndex((entry) => {
    const { startedAt, endedAt } = recordUpdate(entry);
    return entry.kind === "update" && startedAt === recorded.startedAt && endedAt === recorded.endedAt;
  });
  if (place !== -1) return history.slice(0, place);
  return history.filter((entry) => endOf(entry) > Date.parse(recorded.endedAt));
}

function isNoChange({ kind, resourceChanges = {} }: UpdateSummary): boolean {
  return kind === "update" && isUnchanged({ summary: resourceChanges });
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
