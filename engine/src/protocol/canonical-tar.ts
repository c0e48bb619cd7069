import { posix } from "node:path";

/** One file of an archive. `chunks` is read once, before the next entry is asked for. */
export interface ArchiveEntry {
  readonly name: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const BLOCK = 512;
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;

/**
 * The tar that Go's `archive/tar` writes for entries with a name, mode 0600 and a size only: ustar, with a PAX header
 * before an entry whose name does not fit. Of entries with the same name the first wins.
 */
export async function* canonicalTar(entries: AsyncIterable<ArchiveEntry>): AsyncGenerator<Uint8Array> {
  const seen = new Set<string>();
  for await (const entry of entries) {
    if (seen.has(entry.name)) continue;
    seen.add(entry.name);
    yield* headerBlocks(entry);
    yield* entry.chunks;
    yield padding(entry.size);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function* headerBlocks({ name, size }: ArchiveEntry): Generator<Uint8Array> {
  const split = splitName(name);
  if (split !== undefined) {
    yield fileHeader(split.name, split.prefix, size);
    return;
  }
  const record = paxRecord("path", name);
  const paxName = posix.join(posix.dirname(name), "PaxHeaders.0", posix.basename(name));
  yield paxHeader(truncate(paxName), record.length);
  yield record;
  yield padding(record.length);
  yield fileHeader(truncate(name), "", size);
}

/** Undefined where ustar cannot hold the name. */
function splitName(name: string): { name: string; prefix: string } | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= NAME_SIZE) return { name, prefix: "" };
  const slash = name.slice(0, PREFIX_SIZE + 1).lastIndexOf("/");
  const suffix = name.slice(slash + 1);
  if (slash <= 0 || suffix === "" || suffix.length > NAME_SIZE) return undefined;
  return { name: suffix, prefix: name.slice(0, slash) };
}

function fileHeader(name: string, prefix: string, size: number): Uint8Array {
  const block = emptyHeader(name, "0", size);
  writeOctal(block, { at: 100, digits: 7, value: 0o600 });
  writeOctal(block, { at: 329, digits: 7, value: 0 });
  writeOctal(block, { at: 337, digits: 7, value: 0 });
  block.write(prefix, 345, "latin1");
  return withChecksum(block);
}

function paxHeader(name: string, size: number): Uint8Array {
  return withChecksum(emptyHeader(name, "x", size));
}

function emptyHeader(name: string, type: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, "latin1");
  for (const at of [100, 108, 116]) writeOctal(block, { at, digits: 7, value: 0 });
  writeOctal(block, { at: 124, digits: 11, value: size });
  writeOctal(block, { at: 136, digits: 11, value: 0 });
  block.write(type, 156, "latin1");
  block.write("ustar\0".concat("00"), 257, "latin1");
  return block;
}

function writeOctal(block: Buffer, field: { at: number; digits: number; value: number }): void {
  block.write(field.value.toString(8).padStart(field.digits, "0"), field.at, "latin1");
}

function withChecksum(block: Buffer): Buffer {
  block.fill(" ", 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** A PAX record's length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function padding(size: number): Uint8Array {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** What the plain header says where PAX says the whole name. A trailing slash would make it a directory. */
function truncate(name: string): string {
  return [...name].filter(isAscii).join("").slice(0, NAME_SIZE).replace(/\/+$/, "");
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 128) return false;
  return true;
}
