import { commonEnd, commonStart } from "./common-lines.ts";

/** A run of equal, removed or added lines, each with its end. */
export interface LineRun {
  readonly kind: "same" | "delete" | "add";
  readonly lines: readonly string[];
}

/** The same change in fewer runs: removals before additions, and what both have in common taken out of them. */
export function tidyRuns(runs: readonly LineRun[]): readonly LineRun[] {
  const joined = joinRuns(runs);
  const { moved, isMoved } = moveEdits(joined);
  return isMoved ? tidyRuns(moved) : moved;
}

function joinRuns(runs: readonly LineRun[]): LineRun[] {
  const joined: LineRun[] = [];
  let changes: LineRun[] = [];
  const keep = (lines: readonly string[]) => {
    const last = joined.at(-1);
    if (last?.kind === "same") joined[joined.length - 1] = { kind: "same", lines: [...last.lines, ...lines] };
    else joined.push({ kind: "same", lines });
  };
  for (const run of [...runs, { kind: "same" as const, lines: [] }]) {
    if (run.kind !== "same") {
      changes.push(run);
      continue;
    }
    const { start, edits, end } = joinChanges(changes);
    if (start.length > 0) keep(start);
    joined.push(...edits);
    keep([...end, ...run.lines]);
    changes = [];
  }
  return joined.at(-1)?.lines.length === 0 ? joined.slice(0, -1) : joined;
}

/** Changes without an equal line between them, as one removal and one addition at most. */
function joinChanges(changes: readonly LineRun[]) {
  const linesOf = (kind: LineRun["kind"]) =>
    changes.filter((run) => run.kind === kind).flatMap(({ lines }) => lines);
  const has = (kind: LineRun["kind"]) => changes.some((run) => run.kind === kind);
  const [gone, added] = [linesOf("delete"), linesOf("add")];
  if (!has("delete") || !has("add")) {
    const edits: LineRun[] =
      changes.length === 0 ? [] : [{ kind: has("add") ? "add" : "delete", lines: [...gone, ...added] }];
    return { start: [], edits, end: [] };
  }
  const before = commonStart(gone, added);
  const after = commonEnd(gone.slice(before), added.slice(before));
  const inner = (lines: readonly string[]) => lines.slice(before, lines.length - after);
  const edits: LineRun[] = [
    { kind: "delete", lines: inner(gone) },
    { kind: "add", lines: inner(added) },
  ];
  return { start: gone.slice(0, before), edits, end: gone.slice(gone.length - after) };
}

/** Moves an edit over the equal lines beside it where it can stand on their other side: that is a run less. */
function moveEdits(joined: readonly LineRun[]): {
  readonly moved: readonly LineRun[];
  readonly isMoved: boolean;
} {
  const runs = [...joined];
  let isMoved = false;
  for (let index = 1; index < runs.length - 1; index++) {
    const [before, edit, after] = runs.slice(index - 1, index + 2);
    if (before?.kind !== "same" || after?.kind !== "same" || edit === undefined) continue;
    const { kind, lines } = edit;
    const rest = lines.length - before.lines.length;
    if (rest >= 0 && commonEnd(lines, before.lines) === before.lines.length) {
      const shifted = { kind, lines: [...before.lines, ...lines.slice(0, rest)] };
      runs.splice(index - 1, 3, shifted, { kind: "same", lines: [...before.lines, ...after.lines] });
    } else if (commonStart(after.lines, lines) === after.lines.length) {
      const shifted = { kind, lines: [...lines.slice(after.lines.length), ...after.lines] };
      runs.splice(index - 1, 3, { kind: "same", lines: [...before.lines, ...after.lines] }, shifted);
    } else continue;
    isMoved = true;
  }
  return { moved: runs, isMoved };
}
