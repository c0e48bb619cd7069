import { DEFAULT_HEADER_TABLE, ERROR_CODE, Http2Error, MAX_HEADER_BLOCK } from "./constants.ts";
import { decodeHuffman } from "./huffman.ts";
import { STATIC_TABLE } from "./static-table.ts";

export type Header = readonly [name: string, value: string];

/** What an entry of the dynamic table counts besides its texts (RFC 7541, 4.1). */
const ENTRY_OVERHEAD = 32;
/** More bits than any length or index that can be meant. */
const MAX_SHIFT = 28;

/** Decodes the header blocks of one direction of one connection, in order: each may refer to those before. */
export class HpackDecoder {
  /** The newest last. */
  private readonly table: Header[] = [];
  private size = 0;
  private maxSize = DEFAULT_HEADER_TABLE;

  /** @throws Http2Error */
  decode(block: Uint8Array): Header[] {
    const headers: Header[] = [];
    const reader = new BlockReader(block);
    let size = 0;
    while (!reader.isDone) {
      const first = reader.peek();
      if (first >= 0x20 && first < 0x40) {
        if (headers.length > 0) malformed("changes the size of the table between headers");
        this.resize(reader.integer(5));
        continue;
      }
      const header = this.header(reader, first);
      // A byte of a block can stand for thousands of the table.
      size += sizeOf(header);
      if (size > MAX_HEADER_BLOCK) throw new Http2Error(ERROR_CODE.enhanceYourCalm, "headers have no end");
      headers.push(header);
    }
    return headers;
  }

  private header(reader: BlockReader, first: number): Header {
    if (first >= 0x80) return this.entry(reader.integer(7));
    if (first < 0x40) return this.literal(reader, 4);
    const header = this.literal(reader, 6);
    this.add(header);
    return header;
  }

  private literal(reader: BlockReader, indexBits: number): Header {
    const index = reader.integer(indexBits);
    const name = index === 0 ? reader.text() : this.entry(index)[0];
    return [name, reader.text()];
  }

  private entry(index: number): Header {
    const found = STATIC_TABLE[index - 1] ?? this.table[this.table.length - (index - STATIC_TABLE.length)];
    return found ?? malformed(`refers to entry ${index} of the table, which is not there`);
  }

  private add(header: Header): void {
    this.table.push(header);
    this.size += sizeOf(header);
    this.evict();
  }

  private resize(size: number): void {
    if (size > DEFAULT_HEADER_TABLE) malformed(`makes the table larger than ${DEFAULT_HEADER_TABLE} bytes`);
    this.maxSize = size;
    this.evict();
  }

  private evict(): void {
    while (this.size > this.maxSize) {
      const [oldest] = this.table.splice(0, 1);
      if (oldest !== undefined) this.size -= sizeOf(oldest);
    }
  }
}

function sizeOf([name, value]: Header): number {
  return name.length + value.length + ENTRY_OVERHEAD;
}

class BlockReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isDone(): boolean {
    return this.at >= this.bytes.length;
  }

  peek(): number {
    return this.bytes[this.at] ?? malformed("ends in the middle of a header");
  }

  /** A number whose first part is in the last bits of a byte. */
  integer(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.byte() % 2 ** bits;
    if (value < most) return value;
    for (let shift = 0; shift <= MAX_SHIFT; shift += 7) {
      const byte = this.byte();
      value += (byte % 0x80) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return malformed("has a number that is too large");
  }

  text(): string {
    const isHuffman = this.peek() >= 0x80;
    const length = this.integer(7);
    const { bytes, at } = this;
    if (at + length > bytes.length) malformed("ends in the middle of a text");
    this.at += length;
    if (isHuffman) return decodeHuffman(bytes.subarray(at, this.at));
    return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString("latin1");
  }

  private byte(): number {
    const byte = this.peek();
    this.at += 1;
    return byte;
  }
}

function malformed(what: string): never {
  throw new Http2Error(ERROR_CODE.compression, `a header block ${what}`);
}
