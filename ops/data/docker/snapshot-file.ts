import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";
import type { VolumeStore } from "./stores.ts";
import { incomingPath } from "./volume-work.ts";

/** What a file holds. */
export interface FileContent {
  readonly bytes: number;
  readonly sha256: string;
}

export interface Transfer {
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Writes the content of a store's volume to a new file as a tar archive; it is on disk when this returns. */
export async function writeSnapshotFile(
  docker: Docker,
  store: VolumeStore,
  to: Transfer & { readonly file: string },
): Promise<FileContent> {
  const source = { path: store.path, abortSignal: to.signal };
  const archive = (await docker.getContainer(store.container).getArchive(source)) as Readable;
  const meter = new Meter(to.onBytes);
  try {
    const handle = await open(to.file, "wx", 0o600);
    await pipeline(archive, meter, handle.createWriteStream({ flush: true }), { signal: to.signal });
  } finally {
    // Docker answers no question about the container as long as an archive of it is half-read.
    archive.destroy();
  }
  return meter.content();
}

/** Reads a file through. */
export async function readFileContent(file: string, { onBytes, signal }: Transfer): Promise<FileContent> {
  const meter = new Meter(onBytes);
  meter.resume();
  await pipeline(createReadStream(file), meter, { signal });
  return meter.content();
}

/** Unpacks a file beside the present content of a store's volume; the store has to stand still. */
export async function unpackSnapshotFile(
  docker: Docker,
  store: VolumeStore,
  from: Transfer & { readonly file: string },
): Promise<void> {
  const meter = new Meter(from.onBytes);
  const failed = new AbortController();
  // Docker lets go of the container only when it has the whole archive, or nobody to wait for.
  const abortSignal = AbortSignal.any([from.signal, failed.signal]);
  const target = { path: incomingPath(store), abortSignal };
  try {
    const unpacked = docker.getContainer(store.container).putArchive(meter, target);
    await Promise.all([pipeline(createReadStream(from.file), meter, { signal: from.signal }), unpacked]);
  } catch (error) {
    failed.abort();
    throw error;
  }
}

/** Counts and hashes what goes through. */
class Meter extends Transform {
  private readonly hash = createHash("sha256");
  private readonly onBytes: (bytes: number) => void;
  private bytes = 0;

  constructor(onBytes: (bytes: number) => void) {
    super();
    this.onBytes = onBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: Buffer) => void) {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    this.onBytes(this.bytes);
    done(null, chunk);
  }

  content(): FileContent {
    return { bytes: this.bytes, sha256: this.hash.digest("hex") };
  }
}
