import { ERROR_CODE, Http2Error } from "./constants.ts";

/** How many bits the code of each byte has (RFC 7541, appendix B). Codes are canonical: counted up by length, then by byte. */
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
  8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
  13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
  28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
  22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
  22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
  25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];
const LONGEST = 30;
/** What is left of the last byte is filled with ones, fewer than a byte of them. */
const MAX_PADDING = 7;

interface CodesOfLength {
  /** The first code of this length, and the bytes that the codes from there on stand for. */
  readonly first: number;
  readonly bytes: readonly number[];
}

const codes = makeCodes();

function makeCodes(): readonly CodesOfLength[] {
  const made: CodesOfLength[] = [{ first: 0, bytes: [] }];
  let next = 0;
  for (let length = 1; length <= LONGEST; length += 1) {
    next *= 2;
    const bytes = LENGTHS.flatMap((bits, byte) => (bits === length ? [byte] : []));
    made.push({ first: next, bytes });
    next += bytes.length;
  }
  return made;
}

/** Reads a text in the Huffman code of HPACK. @throws Http2Error */
export function decodeHuffman(encoded: Uint8Array): string {
  const text: number[] = [];
  let code = 0;
  let length = 0;
  for (const byte of encoded) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = code * 2 + ((byte >> bit) & 1);
      length += 1;
      const { first, bytes } = codes[length] ?? unknownCode();
      const found = bytes[code - first];
      if (found === undefined) continue;
      text.push(found);
      code = 0;
      length = 0;
    }
  }
  if (length > MAX_PADDING || code !== 2 ** length - 1) unknownCode();
  return Buffer.from(text).toString("latin1");
}

function unknownCode(): never {
  throw new Http2Error(ERROR_CODE.compression, "a header has an unknown Huffman code");
}
