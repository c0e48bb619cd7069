/** A pure function that remembers its answers, `limit` of them at most: it then begins anew. */
export function cached<Value>(compute: (key: string) => Value, limit = 1000): (key: string) => Value {
  const known = new Map<string, { readonly value: Value }>();
  return (key) => {
    const there = known.get(key);
    if (there !== undefined) return there.value;
    const value = compute(key);
    if (known.size >= limit) known.clear();
    known.set(key, { value });
    return value;
  };
}
