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
        isLarge: false,
        append: (changes) => around(() => journal.append(changes)),
        fold: (snapshot) => around(() => journal.fold(snapshot)),
      } satisfies typeof journal;
    },
  });
}
