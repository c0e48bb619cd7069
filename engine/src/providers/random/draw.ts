import { randomBytes, randomInt } from "node:crypto";

/** A whole number from 0 to `limit` - 1, every one as likely as the others. */
export function drawBelow(limit: bigint): bigint {
  const bytes = Math.ceil(limit.toString(2).length / 8) + 1;
  const range = 1n << BigInt(bytes * 8);
  // Numbers beyond the last whole multiple of the limit would make the first ones more likely.
  const usable = range - (range % limit);
  for (;;) {
    const drawn = BigInt(`0x${randomBytes(bytes).toString("hex")}`);
    if (drawn < usable) return drawn % limit;
  }
}

/** One of the items; there has to be one. */
export function pick<Item>(items: readonly Item[]): Item {
  const item = items[randomInt(items.length)];
  if (item === undefined) throw new RangeError("nothing to pick from");
  return item;
}

/** The items in some order, every order as likely as the others. */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
