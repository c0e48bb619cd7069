/** A run of equal, removed or added lines. */
export interface LineRun {
  readonly kind: "same" | "delete" | "add";
  readonly lines: readonly string[];
}

/** Lines of two texts, matched by their longest common subsequence; removals come before additions. */
export function diffLines(old: string, next: string): LineRun[] {
  const a = old.split("\n");
  const b = next.split("\n");
  const lengths = commonLengths(a, b);
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  const runs: { kind: LineRun["kind"]; lines: string[] }[] = [];
  const push = (kind: LineRun["kind"], line: string) => {
    const last = runs.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else runs.push({ kind, lines: [line] });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push("same", a[i] ?? "");
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) push("delete", a[i++] ?? "");
    else push("add", b[j++] ?? "");
  }
  return runs;
}

function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? [];
    const below = lengths[i + 1] ?? [];
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}
