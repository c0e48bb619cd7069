import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { DataSnapshot } from "../../contracts/release.ts";
import type { SchemaStatus } from "../../ops/data/plan-schema.ts";
import { Checkout } from "../checkout.ts";
import { askDocuments } from "./ask-documents.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const BACKENDS = ["node", "python"] as const;

async function json<Answer>(...args: string[]): Promise<Answer> {
  const ran = await checkout.infra(...args, "--json");
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as Answer;
}

/** How many trials each backend's documents have. */
const trials = () =>
  BACKENDS.map((backend) => Number(askDocuments(project, backend, "db.trials.count_documents({})")));

/** Which backends' documents have the collection that the newest migration makes. */
const withMappings = () =>
  BACKENDS.filter(
    (backend) => askDocuments(project, backend, '"entity_mappings" in db.list_collection_names()') === "True",
  );

let whole: number[];
beforeAll(() => {
  whole = trials();
  for (const count of whole) expect(count).toBeGreaterThan(0);
});
afterAll(() => checkout.infra("data", "dev", "prune", "--yes"));

it("puts the data of every store back as it was when its data snapshot was taken", async () => {
  const { snapshots } = await json<{ snapshots: DataSnapshot[] }>("data", "dev", "snapshot");
  expect(snapshots.map(({ store }) => store).sort()).toEqual([
    "backend-node-documents",
    "backend-python-documents",
    "graph-store",
  ]);
  const [{ id } = { id: "" }] = snapshots;
  expect(snapshots.every((one) => one.id === id)).toBe(true);
  for (const backend of BACKENDS) askDocuments(project, backend, "db.trials.delete_many({})");
  expect(trials()).toEqual([0, 0]);

  const unasked = await checkout.infra("data", "dev", "restore", id);
  expect(unasked.code).toBe(1);
  expect(trials()).toEqual([0, 0]);
  await json("data", "dev", "restore", id, "--yes");
  expect(trials()).toEqual(whole);
  const { summary } = await json<{ summary: object }>("preview", "dev");
  expect(Object.keys(summary)).toEqual(["same"]);
});

it("undoes the newest migration of every store, and applies it again", async () => {
  const { versions, migrations } = await json<SchemaStatus>("schema", "dev");
  const newest = migrations.length;
  const every = (version: number) =>
    Object.fromEntries(Object.keys(versions).map((store) => [store, String(version)]));
  expect(versions).toEqual(every(newest));
  expect(withMappings()).toEqual(BACKENDS);

  const unasked = await checkout.infra("schema", "dev", "--to", String(newest - 1));
  expect(unasked.code).toBe(1);
  expect(unasked.stderr).toContain("lossy");
  await json("schema", "dev", "--to", String(newest - 1), "--yes");
  expect((await json<SchemaStatus>("schema", "dev")).versions).toEqual(every(newest - 1));
  expect(withMappings()).toEqual([]);
  await json("schema", "dev", "--to", String(newest));
  expect((await json<SchemaStatus>("schema", "dev")).versions).toEqual(every(newest));
  expect(withMappings()).toEqual(BACKENDS);
  expect(trials()).toEqual(whole);
});
