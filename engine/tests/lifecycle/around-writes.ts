import type { MemoryStore } from "../../src/testing/index.ts";

/** A store that lets a test stand around every write of a run: each record of the journal, and its fold. */
export function aroundWrites(
  store: MemoryStore,
  around: (write: () => Promise<void>) => Promise<void>,
): MemoryStore {
  return Object.assign(Object.create(store) as MemoryStore, {
    openJournal: (start: Parameters<MemoryStore["openJournal"]>[0]) => {
      const journal = store.openJournal(start);
      return {
        ...journal,
        append: (changes) => around(() => journal.append(changes)),
        async fold(snapshot) {
          let verify: () => void = () => undefined;
          await around(async () => {
            verify = await journal.fold(snapshot);
          });
          return verify;
        },
      } satisfies typeof journal;
    },
  });
}
