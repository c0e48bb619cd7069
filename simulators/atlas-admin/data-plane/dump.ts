import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, deserialize } from "bson";
import { readIfThere } from "../persistence.ts";
import type { CollectionCopy } from "./data-plane.ts";
import type { StoreConnection } from "./wire-client.ts";

const SYSTEM_DATABASES = ["admin", "local", "config"];
/** Documents and bytes of one insert. */
const MOST_DOCUMENTS = 1000;
const MOST_BYTES = 8_000_000;

/**
 * Copies all databases of a store into a folder: `<database>/<collection>.bson`, one document after the other, and its indexes beside it.
 * Gives the documents' bytes.
 */
export async function dumpStore(client: StoreConnection, folder: string): Promise<number> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let bytes = 0;
  for (const database of await databasesOf(client)) {
    await mkdir(join(folder, encodeURIComponent(database)));
    for (const collection of await collectionsIn(client, database)) {
      bytes += await dumpCollection(client, `${database}.${collection}`, folder);
    }
  }
  return bytes;
}

async function dumpCollection(client: StoreConnection, namespace: string, folder: string): Promise<number> {
  const [database, collection] = splitNamespace(namespace);
  const file = fileOf(folder, namespace);
  let bytes = 0;
  const handle = await open(file, "w", 0o600);
  try {
    for await (const batch of client.batches(database, { find: collection, batchSize: MOST_DOCUMENTS })) {
      for (const document of batch) {
        await handle.write(document);
        bytes += document.length;
      }
    }
  } finally {
    await handle.close();
  }
  await writeFile(`${file}.indexes`, Buffer.concat(await indexesOf(client, database, collection)), {
    mode: 0o600,
  });
  return bytes;
}

/** Puts a dump in place of everything that the store has. */
export async function restoreDump(client: StoreConnection, folder: string): Promise<void> {
  for (const database of await databasesOf(client)) await client.run(database, { dropDatabase: 1 });
  const namespaces = await namespacesIn(folder);
  await restoreNamespaces(
    client,
    folder,
    namespaces.map((namespace) => ({ source: namespace, target: namespace })),
  );
}

/** Puts collections of a dump into a store; each replaces the one that has its name. */
export async function restoreNamespaces(
  client: StoreConnection,
  folder: string,
  copies: readonly CollectionCopy[],
): Promise<void> {
  const known = await namespacesIn(folder);
  const missing = copies.find(({ source }) => !known.includes(source));
  if (missing !== undefined) throw new Error(`the data snapshot has no collection ${missing.source}`);
  for (const { source, target } of copies) {
    const [database, collection] = splitNamespace(target);
    if ((await collectionsIn(client, database)).includes(collection)) {
      await client.run(database, { drop: collection });
    }
    await client.run(database, { create: collection });
    const file = fileOf(folder, source);
    const indexes = await indexesIn(`${file}.indexes`);
    if (indexes.length > 0) await client.run(database, { createIndexes: collection, indexes });
    for await (const documents of documentsIn(file)) {
      await client.run(database, { insert: collection }, { field: "documents", documents });
    }
  }
}

/** `database.collection` of all that is in a dump. */
export async function namespacesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const database of await readdir(folder)) {
    for (const file of await readdir(join(folder, database))) {
      if (file.endsWith(".bson"))
        found.push(decodeURIComponent(`${database}.${file.slice(0, -".bson".length)}`));
    }
  }
  return found.sort();
}

function fileOf(folder: string, namespace: string): string {
  const [database, collection] = splitNamespace(namespace);
  return join(folder, encodeURIComponent(database), `${encodeURIComponent(collection)}.bson`);
}

function splitNamespace(namespace: string): readonly [string, string] {
  const dot = namespace.indexOf(".");
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

async function databasesOf(client: StoreConnection): Promise<string[]> {
  const { databases } = await client.run("admin", { listDatabases: 1, nameOnly: true });
  return (databases as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !SYSTEM_DATABASES.includes(name));
}

async function collectionsIn(client: StoreConnection, database: string): Promise<string[]> {
  const names: string[] = [];
  for await (const batch of client.batches(database, { listCollections: 1 })) {
    for (const each of batch) names.push(String(deserialize(each)["name"]));
  }
  return names.filter((name) => !name.startsWith("system."));
}

async function indexesOf(
  client: StoreConnection,
  database: string,
  collection: string,
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const batch of client.batches(database, { listIndexes: collection })) found.push(...batch);
  return found;
}

/** What has to be created again: the index of ids comes by itself. */
async function indexesIn(file: string): Promise<Document[]> {
  if (readIfThere(file) === undefined) return [];
  const indexes: Document[] = [];
  for await (const batch of documentsIn(file)) {
    for (const each of batch) {
      const { v: _, ns: __, ...index } = deserialize(each, { promoteValues: false });
      indexes.push(index);
    }
  }
  return indexes.filter(({ name }) => name !== "_id_");
}

/** The documents of a file, in batches that fit into a message. */
async function* documentsIn(file: string): AsyncGenerator<Uint8Array[]> {
  let rest: Buffer = Buffer.alloc(0);
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      if (batch.length === MOST_DOCUMENTS || bytes + length > MOST_BYTES) {
        yield batch;
        [batch, bytes] = [[], 0];
      }
      batch.push(rest.subarray(0, length));
      bytes += length;
      rest = rest.subarray(length);
    }
  }
  if (batch.length > 0) yield batch;
}
