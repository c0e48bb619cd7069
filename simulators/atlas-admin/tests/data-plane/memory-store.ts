import { type Document, deserialize, serialize } from "bson";
import type { Batch, StoreConnection } from "../../data-plane/wire-client.ts";

interface Collection {
  documents: Uint8Array[];
  indexes: Document[];
}

/** A store in memory that knows the commands of a dump and of its way back. Its cursors give three documents at a time. */
export class MemoryStore implements StoreConnection {
  readonly databases = new Map<string, Map<string, Collection>>();

  /** All that it holds, as bytes in hexadecimal. */
  content(): { readonly [namespace: string]: readonly string[] } {
    const all = [...this.databases].flatMap(([database, collections]) =>
      [...collections].map(([name, { documents }]) => [`${database}.${name}`, documents.map(toHex)] as const),
    );
    return Object.fromEntries(all);
  }

  async run(database: string, command: Document, batch?: Batch): Promise<Document> {
    if ("listDatabases" in command) {
      return { databases: [...this.databases.keys(), "admin"].map((name) => ({ name })) };
    }
    if ("dropDatabase" in command) this.databases.delete(database);
    if ("drop" in command) this.databases.get(database)?.delete(command["drop"]);
    if ("create" in command) this.collection(database, command["create"]);
    if ("createIndexes" in command) {
      this.collection(database, command["createIndexes"]).indexes.push(...command["indexes"]);
    }
    if ("insert" in command) {
      this.collection(database, command["insert"]).documents.push(...(batch?.documents ?? []));
    }
    return { ok: 1 };
  }

  async *batches(database: string, command: Document): AsyncGenerator<Uint8Array[]> {
    const rows = this.rowsOf(database, command);
    for (let at = 0; at === 0 || at < rows.length; at += 3) yield rows.slice(at, at + 3);
  }

  collection(database: string, name: string): Collection {
    const collections = this.databases.get(database) ?? new Map<string, Collection>();
    this.databases.set(database, collections);
    const collection = collections.get(name) ?? { documents: [], indexes: [] };
    collections.set(name, collection);
    return collection;
  }

  private rowsOf(database: string, command: Document): Uint8Array[] {
    if ("listCollections" in command) {
      const names = [...(this.databases.get(database)?.keys() ?? []), "system.views"];
      return names.map((name) => serialize({ name }));
    }
    if ("find" in command) return this.collection(database, command["find"]).documents;
    const { indexes } = this.collection(database, command["listIndexes"]);
    return [{ v: 2, name: "_id_", key: { _id: 1 } }, ...indexes].map((index) => serialize(index));
  }
}

function toHex(document: Uint8Array): string {
  deserialize(document);
  return Buffer.from(document).toString("hex");
}
