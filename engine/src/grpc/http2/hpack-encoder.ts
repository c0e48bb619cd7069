import { STATIC_TABLE } from "./static-table.ts";

/** A prefix of this many bits holds smaller numbers whole. */
const INDEX_BITS = 7;
const NAME_BITS = 4;
const LENGTH_BITS = 7;
const INDEXED = 0x80;

/** Encodes headers so that they mean the same on every connection: nothing is added to the peer's table. Texts are latin1. */
export function encodeHeaders(headers: Iterable<readonly [name: string, value: string]>): Buffer {
  const bytes: number[] = [];
  for (const [name, value] of headers) {
    const known = STATIC_TABLE.findIndex(([key, text]) => key === name && text === value);
    if (known >= 0) {
      pushInteger(bytes, { flags: INDEXED, bits: INDEX_BITS, value: known + 1 });
      continue;
    }
    const named = STATIC_TABLE.findIndex(([key]) => key === name);
    pushInteger(bytes, { flags: 0, bits: NAME_BITS, value: named + 1 });
    if (named < 0) pushText(bytes, name);
    pushText(bytes, value);
  }
  return Buffer.from(bytes);
}

function pushText(bytes: number[], text: string): void {
  pushInteger(bytes, { flags: 0, bits: LENGTH_BITS, value: text.length });
  for (let at = 0; at < text.length; at += 1) bytes.push(text.charCodeAt(at) & 0xff);
}

function pushInteger(
  bytes: number[],
  { flags, bits, value }: { flags: number; bits: number; value: number },
) {
  const most = 2 ** bits - 1;
  if (value < most) {
    bytes.push(flags | value);
    return;
  }
  bytes.push(flags | most);
  let rest = value - most;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push(0x80 | (rest % 0x80));
  bytes.push(rest);
}
