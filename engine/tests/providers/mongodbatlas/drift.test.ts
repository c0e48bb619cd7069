import { afterAll, describe, expect, it } from "vitest";
import { type DriftRow, driftRowOf, renderDriftTable } from "./drift-table.ts";
import { KIND_CASES } from "./kinds/all-kinds.ts";
import { simulatedAtlas } from "./simulated-atlas.ts";

describe("a change in Atlas behind the program's back", () => {
  const rows: DriftRow[] = [];

  it.each(KIND_CASES.map((kind) => [kind.name, kind] as const))(
    "is found in each managed property of %s, and nowhere else",
    async (_, kind) => {
      const row = await driftRowOf(kind, await simulatedAtlas());
      rows.push(row);
      expect(row).toMatchObject({ missed: [], false: [], untried: [] });
    },
  );

  afterAll(() => process.stdout.write(`\n${renderDriftTable(rows)}\n`));
});
