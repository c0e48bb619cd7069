import type { PropertyValue } from "../../protocol/property-value.ts";
import { sameValue } from "./values.ts";

type Change = "add" | "delete" | "update";

/**
 * The smallest set of changed positions between two lists. Removals are at the old position, insertions at the new one;
 * both at the same position are an update.
 */
export function listEdits(
  old: readonly PropertyValue[],
  now: readonly PropertyValue[],
): ReadonlyMap<number, Change> {
  const lengths = commonLengths(old, now);
  const edits = new Map<number, Change>();
  const mark = (index: number, change: Change): void => {
    edits.set(index, edits.has(index) ? "update" : change);
  };
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && sameValue(old[i], now[j])) {
      i++;
      j++;
    } else if (
      j >= now.length ||
      (i < old.length && length(lengths, i + 1, j) >= length(lengths, i, j + 1))
    ) {
      mark(i++, "delete");
    } else {
      mark(j++, "add");
    }
  }
  return new Map([...edits].sort(([left], [right]) => left - right));
}

function length(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}

/** The longest common subsequence of the two tails, for each pair of starting positions. */
function commonLengths(old: readonly PropertyValue[], now: readonly PropertyValue[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const row = table[i] ?? [];
      row[j] = sameValue(old[i], now[j])
        ? length(table, i + 1, j + 1) + 1
        : Math.max(length(table, i + 1, j), length(table, i, j + 1));
    }
  }
  return table;
}
