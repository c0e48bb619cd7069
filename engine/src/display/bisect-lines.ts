/** Where the way through both texts is cut: so many lines of each come before. */
export interface Meeting {
  readonly old: number;
  readonly next: number;
}

/** One of the two fronts: how far along the old text it came, by diagonal; -1 where it has not been. */
interface Front {
  readonly reach: Int32Array;
  /** Diagonals left out at the low and the high end, because they lead out of the texts. */
  low: number;
  high: number;
}

/**
 * Where the shortest way from one text to the other has its middle (Myers, "An O(ND) Difference Algorithm", 1986): the
 * search goes from both ends at once until its fronts meet. Undefined where the texts have no line in common.
 */
export function bisectLines(old: readonly string[], next: readonly string[]): Meeting | undefined {
  const most = Math.ceil((old.length + next.length) / 2);
  const delta = old.length - next.length;
  const isOdd = delta % 2 !== 0;
  const [forward, backward] = [newFront(most), newFront(most)];
  const [oldBack, nextBack] = [old.toReversed(), next.toReversed()];
  for (let edits = 0; edits < most; edits++) {
    for (let k = forward.low - edits; k <= edits - forward.high; k += 2) {
      const x = advance(forward, { k, edits, most }, { old, next });
      if (x === undefined || !isOdd) continue;
      const met = reachAt(backward, most + delta - k);
      if (met !== -1 && x >= old.length - met) return { old: x, next: x - k };
    }
    for (let k = backward.low - edits; k <= edits - backward.high; k += 2) {
      const x = advance(backward, { k, edits, most }, { old: oldBack, next: nextBack });
      if (x === undefined || isOdd) continue;
      const met = reachAt(forward, most + delta - k);
      if (met !== -1 && met >= old.length - x) return { old: met, next: met - (delta - k) };
    }
  }
  return undefined;
}

function newFront(most: number): Front {
  const reach = new Int32Array(2 * most).fill(-1);
  reach[most + 1] = 0;
  return { reach, low: 0, high: 0 };
}

function reachAt({ reach }: Front, index: number): number {
  return reach[index] ?? -1;
}

interface Step {
  readonly k: number;
  readonly edits: number;
  readonly most: number;
}

/** Takes a front one edit further on diagonal `k`, and along all equal lines; undefined where that leads out. */
function advance(
  front: Front,
  { k, edits, most }: Step,
  { old, next }: { readonly old: readonly string[]; readonly next: readonly string[] },
): number | undefined {
  const [below, above] = [reachAt(front, most + k - 1), reachAt(front, most + k + 1)];
  let x = k === -edits || (k !== edits && below < above) ? above : below + 1;
  let y = x - k;
  while (x < old.length && y < next.length && old[x] === next[y]) {
    x++;
    y++;
  }
  front.reach[most + k] = x;
  if (x > old.length) front.high += 2;
  else if (y > next.length) front.low += 2;
  else return x;
  return undefined;
}
