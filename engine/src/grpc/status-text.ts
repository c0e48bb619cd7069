const PRINTABLE = { first: 0x20, last: 0x7e } as const;
const PERCENT = 0x25;
const ENCODED_BYTES = /(?:%[0-9a-f]{2})+/gi;

/** A text as `grpc-message` carries it: bytes of UTF-8, percent-encoded where they are not printable. */
export function encodeStatusText(text: string): string {
  let encoded = "";
  for (const byte of Buffer.from(text)) {
    const isPlain = byte >= PRINTABLE.first && byte <= PRINTABLE.last && byte !== PERCENT;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}

/** The text of a `grpc-message`. What is not rightly encoded stays as it is. */
export function decodeStatusText(encoded: string): string {
  return encoded.replaceAll(ENCODED_BYTES, (bytes) =>
    Buffer.from(bytes.replaceAll("%", ""), "hex").toString(),
  );
}
