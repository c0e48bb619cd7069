import { expect, it } from "vitest";
import { planSchemaUndo } from "../../../ops/rollback/plan-schema-undo.ts";

const status = {
  versions: { "node-documents": "2", "graph-store": "2" },
  migrations: [
    { number: 1, name: "lookups", down: { safety: "safe", why: "indexes only" } },
    { number: 2, name: "visits", down: { safety: "lossy", why: "drops the visits" } },
  ],
} as const;

it("tells each migration that is undone, and what it costs", () => {
  expect(planSchemaUndo(status, { "graph-store": "0" })).toEqual([
    { store: "graph-store", direction: "down", what: "2 visits", safety: "lossy", why: "drops the visits" },
    { store: "graph-store", direction: "down", what: "1 lookups", safety: "safe", why: "indexes only" },
  ]);
});

it("goes up to versions that only the schema job of the release knows", () => {
  expect(planSchemaUndo(status, { "graph-store": "5", "node-documents": "2" })).toEqual([
    { store: "graph-store", direction: "up", what: "from 2 to 5", safety: "safe", why: "loses nothing" },
  ]);
});
