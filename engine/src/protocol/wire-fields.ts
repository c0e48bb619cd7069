/** Where a field of a message stands in its bytes. */
export interface FieldSpan {
  /** Its tag. */
  readonly start: number;
  /** What follows its length. */
  readonly content: number;
  readonly end: number;
}

/** How a value is laid out, by the last three bits of its tag. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
/** A tag, or a length: more bits than a message of the allowed size needs, and few enough for exact numbers. */
const MAX_VARINT_BYTES = 5;

/**
 * Finds a field with a length of its own among those of a message, without decoding the others. Undefined where it is
 * missing or there twice, and where the message is not one: who decodes it says what is wrong.
 */
export function fieldSpan(bytes: Uint8Array, field: number): FieldSpan | undefined {
  let found: FieldSpan | undefined;
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    const value = tag && skipValue(bytes, tag.end, tag.value % 8);
    if (tag === undefined || value === undefined || value.end > bytes.length) return undefined;
    if (Math.floor(tag.value / 8) === field) {
      if (found !== undefined || tag.value % 8 !== WIRE.bytes) return undefined;
      found = { start: at, ...value };
    }
    at = value.end;
  }
  return found;
}

function skipValue(
  bytes: Uint8Array,
  at: number,
  wire: number,
): Pick<FieldSpan, "content" | "end"> | undefined {
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
