import { bisectLines } from "./bisect-lines.ts";
import { commonEnd, commonStart } from "./common-lines.ts";
import { type LineRun, tidyRuns } from "./tidy-runs.ts";

/**
 * How one text becomes another, line by line. Lines keep their ends, so that a last line without one differs. Which of
 * several shortest ways is taken is the official CLI's choice: it is seen in what a difference shows.
 */
export function diffLines(old: string, next: string): readonly LineRun[] {
  return compare(splitLines(old), splitLines(next));
}

function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

function compare(old: readonly string[], next: readonly string[]): readonly LineRun[] {
  const before = commonStart(old, next);
  if (before === old.length && before === next.length) {
    return old.length === 0 ? [] : [{ kind: "same", lines: old }];
  }
  const after = commonEnd(old.slice(before), next.slice(before));
  const middle = compareMiddle(
    old.slice(before, old.length - after),
    next.slice(before, next.length - after),
  );
  const start: readonly LineRun[] = before === 0 ? [] : [{ kind: "same", lines: old.slice(0, before) }];
  const end: readonly LineRun[] = after === 0 ? [] : [{ kind: "same", lines: old.slice(-after) }];
  return tidyRuns([...start, ...middle, ...end]);
}

/** Of texts that neither begin nor end alike. */
function compareMiddle(old: readonly string[], next: readonly string[]): readonly LineRun[] {
  if (old.length === 0) return [{ kind: "add", lines: next }];
  if (next.length === 0) return [{ kind: "delete", lines: old }];
  const isShorter = old.length > next.length;
  const [long, short] = isShorter ? [old, next] : [next, old];
  const place = long.findIndex((_, index) => short.every((line, i) => line === long[index + i]));
  if (place >= 0) {
    const kind = isShorter ? "delete" : "add";
    return [
      { kind, lines: long.slice(0, place) },
      { kind: "same", lines: short },
      { kind, lines: long.slice(place + short.length) },
    ];
  }
  const meeting = short.length === 1 ? undefined : bisectLines(old, next);
  if (meeting === undefined) {
    return [
      { kind: "delete", lines: old },
      { kind: "add", lines: next },
    ];
  }
  return [
    ...compare(old.slice(0, meeting.old), next.slice(0, meeting.next)),
    ...compare(old.slice(meeting.old), next.slice(meeting.next)),
  ];
}
