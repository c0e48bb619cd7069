import { Readable } from "node:stream";
import { inflateRawSync } from "node:zlib";
import { UserError } from "../errors.ts";
import type { ArchiveEntry } from "./canonical-tar.ts";

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_SIZE = 22;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of a ZIP in the order of its central directory.
 * @throws UserError `asset-unreadable`
 */
export function* zipEntries(zip: Buffer): Generator<ArchiveEntry> {
  let at: number;
  let count: number;
  try {
    const end = findEnd(zip);
    count = zip.readUInt16LE(end + 10);
    at = zip.readUInt32LE(end + 16);
  } catch (cause) {
    throw damaged(cause);
  }
  for (let i = 0; i < count; i++) {
    const entry = readEntry(zip, at);
    at = entry.next;
    if (!entry.name.endsWith("/"))
      yield { name: entry.name, size: entry.bytes.length, chunks: Readable.from([entry.bytes]) };
  }
}

function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_SIZE; at >= 0; at--) if (zip.readUInt32LE(at) === END_SIGNATURE) return at;
  throw new Error("no end of central directory");
}

function readEntry(zip: Buffer, at: number): { name: string; bytes: Buffer; next: number } {
  try {
    if (zip.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error("no central directory entry");
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, nameEnd);
    const next = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    return { name, bytes: readContent(zip, at), next };
  } catch (cause) {
    throw damaged(cause);
  }
}

function readContent(zip: Buffer, at: number): Buffer {
  const method = zip.readUInt16LE(at + 10);
  const local = zip.readUInt32LE(at + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed);
  throw new Error(`compression method ${method}`);
}

function damaged(cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError("asset-unreadable", `failed to read ZIP: ${reason}`, { cause });
}
