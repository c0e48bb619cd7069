import type { Row } from "./rows.ts";

/** A row and what stands before its type: where it hangs. */
export interface TreeRow {
  readonly row: Row;
  readonly branch: string;
}

/** Rows below their parents. `all` gives the parents, which are shown as far as they are known. */
export function arrangeTree(shown: readonly Row[], all: readonly Row[]): readonly TreeRow[] {
  const byUrn = new Map(all.map((row) => [row.urn, row]));
  const parentOf = (row: Row) => byUrn.get(row.step?.new?.parent ?? row.step?.old?.parent ?? "");
  const wanted = new Set<Row>();
  for (const row of shown) {
    for (let next: Row | undefined = row; next !== undefined && !wanted.has(next); next = parentOf(next)) {
      wanted.add(next);
    }
  }
  const ordered = all.filter((row) => wanted.has(row));
  const children = Map.groupBy(ordered, parentOf);
  const below = (parent: Row, margin: string): readonly TreeRow[] => {
    const rows = children.get(parent) ?? [];
    return rows.flatMap((row, index) => {
      const isLast = index === rows.length - 1;
      return [
        { row, branch: `${margin}${isLast ? "└─ " : "├─ "}` },
        ...below(row, `${margin}${isLast ? "   " : "│  "}`),
      ];
    });
  };
  return (children.get(undefined) ?? []).flatMap((row) => [{ row, branch: "" }, ...below(row, "")]);
}
