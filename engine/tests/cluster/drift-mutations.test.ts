import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import {
  type ClusterStack,
  call,
  changesOf,
  createStack,
  deleteNamespace,
  objects,
  typeOf,
} from "./cluster.ts";
import { driftObjects } from "./drift-objects.ts";
import { mutationsOf } from "./mutations.ts";

interface Row {
  readonly kind: string;
  properties: number;
  found: number;
  missed: string[];
  /** Properties that the server itself lets nobody change. */
  refused: string[];
  false: number;
}

let cluster: ClusterStack;
const rows: Row[] = [];

beforeAll(async () => {
  // What somebody else wrote is taken back; without it the conflict would be told.
  cluster = await createStack({ enablePatchForce: "true" });
});

afterAll(async () => {
  await deleteNamespace(cluster.namespace);
  const lines = rows.map(
    (row) =>
      `${row.kind.padEnd(24)}${[row.properties, row.found, row.missed.length, row.false, row.refused.length].map((count) => String(count).padStart(11)).join("")}`,
  );
  const heads = ["PROPERTIES", "FOUND", "MISSED", "FALSE", "REFUSED"]
    .map((head) => head.padStart(11))
    .join("");
  process.stdout.write(`\n${"KIND".padEnd(24)}${heads}\n${lines.join("\n")}\n`);
});

describe("drift of each managed property", () => {
  it.each(driftObjects.map(({ object, path }) => [String(object["kind"]), object, path] as const))(
    "of %s is found, and nothing else is",
    async (kind, object, collection) => {
      const row: Row = { kind, properties: 0, found: 0, missed: [], refused: [], false: 0 };
      rows.push(row);
      const program = objects([object]);
      expect((await cluster.stack.up(program)).told).toEqual([]);
      if (changesOf(await cluster.stack.refresh()).some((step) => !step.startsWith("refresh "))) row.false++;
      if (changesOf(await cluster.stack.preview(program)).length > 0) row.false++;
      const recorded = await inputsOf(object);
      const path = `/${collection.replace("NAMESPACE", cluster.namespace)}`;
      for (const mutation of mutationsOf(recorded)) {
        row.properties++;
        const name = mutation.path.join(".");
        const answer = await call("PATCH", path, mutation.patch);
        if (answer.status >= 300) {
          row.refused.push(name);
          continue;
        }
        const refreshed = await cluster.stack.refresh();
        const preview = changesOf(await cluster.stack.preview(program));
        if ((refreshed.changes["update"] ?? 0) > 0 && preview.length > 0) row.found++;
        else row.missed.push(name);
        expect((await cluster.stack.up(program)).told).toEqual([]);
        if (changesOf(await cluster.stack.preview(program)).length > 0) row.false++;
      }
      expect({ missed: row.missed, false: row.false }).toEqual({ missed: [], false: 0 });
      expect(row.found).toBeGreaterThan(0);
      expect((await cluster.stack.destroy()).told).toEqual([]);
    },
  );
});

async function inputsOf(object: PropertyMap): Promise<PropertyMap> {
  const { resources } = await cluster.stack.store.load();
  return resources.find(({ type }) => type === typeOf(object))?.inputs ?? {};
}
