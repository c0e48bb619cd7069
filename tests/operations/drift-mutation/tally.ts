import type { DriftReport } from "../../../contracts/drift.ts";

/** What was changed: URN -> canonical paths; `""` for the whole resource. */
export type Expected = Map<string, readonly string[]>;

/** How often a property was changed, found, missed, and reported though nobody changed it. */
export interface TallyRow {
  readonly kind: string;
  readonly property: string;
  readonly found: number;
  readonly missed: number;
  readonly false: number;
  /** Each that was missed or imagined. */
  readonly wrong: readonly string[];
}

/** Compares what was changed with what a review found. */
export function tally(expected: Expected, report: DriftReport): TallyRow[] {
  const counts = new Map<string, { found: number; missed: number; false: number; wrong: string[] }>();
  const count = (urn: string, path: string, what: "found" | "missed" | "false") => {
    const kind = urn.split("::")[2]?.split(":").at(-1) ?? urn.split("/")[0] ?? "";
    const key = `${kind}\0${path.replace(/\[.*\]/, "[…]")}`;
    const row = counts.get(key) ?? { found: 0, missed: 0, false: 0, wrong: [] };
    row[what] += 1;
    if (what !== "found") row.wrong.push(`${what}: ${urn.split("::").at(-1)} ${path}`);
    counts.set(key, row);
  };
  const reported = new Set(report.findings.map(({ resource, property }) => `${resource}\0${property}`));
  for (const [urn, paths] of expected) {
    for (const path of paths) count(urn, path, reported.delete(`${urn}\0${path}`) ? "found" : "missed");
  }
  for (const left of reported) {
    const [urn = "", path = ""] = left.split("\0");
    count(urn, path, "false");
  }
  return [...counts].map(([key, row]) => {
    const [kind = "", property = ""] = key.split("\0");
    return { kind, property, ...row };
  });
}

/** Adds tallies up, a row a property. */
export function sumTallies(rows: readonly TallyRow[]): TallyRow[] {
  const groups = Map.groupBy(rows, ({ kind, property }) => `${kind}\0${property}`);
  const add = (group: readonly TallyRow[], key: "found" | "missed" | "false") =>
    group.reduce((sum, row) => sum + row[key], 0);
  return [...groups.values()]
    .map((group) => ({
      kind: group[0]?.kind ?? "",
      property: group[0]?.property ?? "",
      found: add(group, "found"),
      missed: add(group, "missed"),
      false: add(group, "false"),
      wrong: group.flatMap(({ wrong }) => wrong),
    }))
    .sort((left, right) => (`${left.kind} ${left.property}` < `${right.kind} ${right.property}` ? -1 : 1));
}
