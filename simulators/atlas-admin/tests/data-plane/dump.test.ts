import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decimal128, Long, ObjectId, serialize, Timestamp } from "bson";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dumpStore, namespacesIn, restoreDump, restoreNamespaces } from "../../data-plane/dump.ts";
import { MemoryStore } from "./memory-store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-dump-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const value = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(
    null,
    new Date(0),
    new ObjectId(),
    Long.MAX_VALUE,
    Decimal128.fromString("1.10"),
    new Timestamp({ t: 1, i: 2 }),
  ),
  fc.uint8Array(),
);
const document = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z0-9.]{1,8}$/), value), { selector: ([name]) => name })
  .map((fields) => serialize(new Map<string, unknown>(fields)));
const collections = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9./-]{0,8}$/),
  fc.array(document, { maxLength: 10 }),
  { maxKeys: 4 },
);

describe("a dump", () => {
  it("gives back every document to the byte, whatever there is in the target before", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), collections, { maxKeys: 3 }),
        async (content) => {
          const source = new MemoryStore();
          for (const [database, named] of Object.entries(content)) {
            for (const [name, documents] of Object.entries(named))
              source.collection(database, name).documents.push(...documents);
          }
          const target = new MemoryStore();
          target.collection("old", "rests").documents.push(serialize({ a: 1 }));
          const bytes = await dumpStore(source, folder);
          await restoreDump(target, folder);
          expect(target.content()).toEqual(source.content());
          const sizes = Object.values(source.content())
            .flat()
            .map((text) => text.length / 2);
          expect(bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("is read in batches, also where documents are many and large", async () => {
    const source = new MemoryStore();
    const { documents } = source.collection("db", "many");
    for (let count = 0; count < 2500; count += 1)
      documents.push(serialize({ count, text: "x".repeat(count % 500 === 0 ? 3_000_000 : 10) }));
    await dumpStore(source, folder);
    const target = new MemoryStore();
    await restoreDump(target, folder);
    expect(target.content()).toEqual(source.content());
  });

  it("keeps indexes, but for that of the ids, which comes by itself", async () => {
    const source = new MemoryStore();
    source.collection("db", "sites").indexes.push({ v: 2, name: "city", key: { city: 1 }, unique: true });
    await dumpStore(source, folder);
    const target = new MemoryStore();
    await restoreDump(target, folder);
    const [index, ...others] = target.collection("db", "sites").indexes;
    expect([String(index?.["name"]), String(index?.["key"]["city"]), others]).toEqual(["city", "1", []]);
    expect(index).not.toHaveProperty("v");
  });

  it("gives single collections, also under other names, and says which one it does not have", async () => {
    const source = new MemoryStore();
    source.collection("db", "a.b").documents.push(serialize({ a: 1 }));
    source.collection("db", "c").documents.push(serialize({ c: 1 }));
    await dumpStore(source, folder);
    expect(await namespacesIn(folder)).toEqual(["db.a.b", "db.c"]);
    const target = new MemoryStore();
    target.collection("db", "c").documents.push(serialize({ kept: 1 }));
    target.collection("db", "a.b").documents.push(serialize({ replaced: 1 }));
    await restoreNamespaces(target, folder, [
      { source: "db.a.b", target: "db.a.b" },
      { source: "db.c", target: "other.d" },
    ]);
    const hex = (content: object) => Buffer.from(serialize(content)).toString("hex");
    expect(target.content()).toEqual({
      "db.c": [hex({ kept: 1 })],
      "db.a.b": [hex({ a: 1 })],
      "other.d": [hex({ c: 1 })],
    });
    const before = target.content();
    const missing = restoreNamespaces(target, folder, [
      { source: "db.c", target: "db.c" },
      { source: "db.x", target: "db.x" },
    ]);
    await expect(missing).rejects.toThrow("the data snapshot has no collection db.x");
    expect(target.content()).toEqual(before);
  });
});
