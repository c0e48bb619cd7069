/** Takes fields out of a message's bytes without decoding the others. */
export interface CutMessage {
  /** The message without them. */
  readonly rest: Buffer;
  /** What they hold, by number. */
  readonly contents: ReadonlyMap<number, Uint8Array>;
}

/** How a value is laid out, by the last three bits of its tag. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
/** A tag, or a length: more bits than a message of the allowed size needs, and few enough for exact numbers. */
const MAX_VARINT_BYTES = 5;

/**
 * Takes fields with a length of their own out of a message. Undefined where one is there twice or laid out otherwise, and
 * where the bytes are not a message: who decodes them says what is wrong.
 */
export function cutFields(bytes: Uint8Array, fields: readonly number[]): CutMessage | undefined {
  const contents = new Map<number, Uint8Array>();
  const kept: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    const value = tag && skipValue(bytes, tag.end, tag.value % 8);
    if (tag === undefined || value === undefined || value.end > bytes.length) return undefined;
    const field = Math.floor(tag.value / 8);
    if (fields.includes(field)) {
      if (contents.has(field) || tag.value % 8 !== WIRE.bytes) return undefined;
      contents.set(field, bytes.subarray(value.content, value.end));
      kept.push(bytes.subarray(from, at));
      from = value.end;
    }
    at = value.end;
  }
  kept.push(bytes.subarray(from));
  return { rest: Buffer.concat(kept), contents };
}

interface Span {
  /** What follows a length. */
  readonly content: number;
  readonly end: number;
}

function skipValue(bytes: Uint8Array, at: number, wire: number): Span | undefined {
  switch (wire) {
    case WIRE.varint: {
      let end = at;
      while ((bytes[end] ?? 0) >= 0x80) end += 1;
      return { content: at, end: end + 1 };
    }
    case WIRE.fixed64:
      return { content: at, end: at + 8 };
    case WIRE.fixed32:
      return { content: at, end: at + 4 };
    case WIRE.bytes: {
      const length = readVarint(bytes, at);
      return length && { content: length.end, end: length.end + length.value };
    }
    default:
      return undefined;
  }
}

function readVarint(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte % 0x80) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}
