import { renderDuration } from "../report/duration.ts";
import { renderTable } from "../report/table.ts";
import type { RollbackEnd } from "./carry-out.ts";
import { type ClassifiedChange, worstOf } from "./classify.ts";
import type { PreparedRollback } from "./prepare.ts";

/** The undo for people, before anything is done. */
export function renderUndo({ current, target, changes }: PreparedRollback): string {
  const title = `release ${current.number} -> release ${target.number} (${target.at}, ${target.message})`;
  if (changes.length === 0) return `${title}: no changes`;
  const rows = changes.map(({ reversibility, op, name, reason }) => [reversibility, op, name, reason]);
  const table = renderTable([["CLASS", "CHANGE", "OF", "WHY"], ...rows]);
  return `${title}\n\n${table}\n\n${renderCounts(changes)}`;
}

function renderCounts(changes: readonly ClassifiedChange[]): string {
  const counts = (["safe", "lossy", "impossible"] as const).map((one) => {
    const count = changes.filter(({ reversibility }) => reversibility === one).length;
    return `${count} ${one}`;
  });
  return `${counts.join(", ")}: the whole is ${worstOf(changes)}`;
}

/** How it ended, with the times of its phases. */
export function renderEnd({ kind, release, failure, milliseconds }: RollbackEnd): string {
  const total = Object.values(milliseconds).reduce((sum, time) => sum + time, 0);
  const times = Object.entries(milliseconds)
    .map(([phase, time]) => `${phase} ${renderDuration(time)}`)
    .join(", ");
  const head =
    kind === "done"
      ? `release ${release} is current again`
      : `the rollback failed in its phase ${failure?.phase} (${failure?.message}); everything is as in release ${release}`;
  return `${head}: ${renderDuration(total)} (${times})`;
}
