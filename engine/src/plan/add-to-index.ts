/** Adds to the list that an index has under a key. */
export function addToIndex<Key, Item>(index: Map<Key, Item[]>, key: Key, item: Item): void {
  const there = index.get(key);
  if (there === undefined) index.set(key, [item]);
  else there.push(item);
}
