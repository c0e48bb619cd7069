import { watch } from "node:fs";
import { type AppendLog, openLog } from "./append-log.ts";
import {
  attributesOf,
  codeOf,
  type FileSystem,
  isTemporary,
  keepCopy,
  type PreparedFile,
  prepareFile,
  readIfPresent,
  removeIfPresent,
} from "./durable-file.ts";

/** Files with the sidecars that the official CLI's storage library keeps (`<name>.attrs`), so that both can use them. */
export interface Blobs {
  read(path: string): Promise<Buffer | undefined>;
  /** Replaces a file durably. `before` runs when the new content is safe on disk, but not yet in place. */
  write(path: string, content: Buffer, before?: () => Promise<void>): Promise<void>;
  /** Like `write`, with texts of our own in the sidecar. */
  writeWithMetadata(path: string, content: Buffer, metadata: Metadata): Promise<void>;
  /** The texts in a file's sidecar; none where it has no sidecar. */
  metadata(path: string): Promise<Metadata>;
  /** Keeps the present content under another name too. */
  copy(path: string, copy: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names of the files and folders in a folder, sorted; none where it is not there. */
  list(folder: string): Promise<readonly string[]>;
  /** Milliseconds; undefined where there is no such file. */
  modified(path: string): Promise<number | undefined>;
  /** Whether there is such a file, without waiting. */
  isThere(path: string): boolean;
  /** A file that only grows, of which the first `keep` bytes count; it has no sidecar. */
  log(path: string, keep: number): Promise<AppendLog>;
  /** Deletes what writes that were killed left in a folder, as far as nobody can be writing it: a name, and its time in milliseconds. */
  sweep(folder: string, isDead: (name: string, modified: number) => boolean): Promise<void>;
  /** Settles when something in a folder changes, or when the signal aborts. Where a folder cannot be watched, only then. */
  changed(folder: string, signal: AbortSignal): Promise<void>;
}

export type Metadata = { readonly [key: string]: string };

const SIDECAR = ".attrs";

export function createBlobs(fs: FileSystem): Blobs {
  return {
    read: (path) => readIfPresent(fs, path),
    write: (path, content, before) => write(fs, { path, content, before }),
    writeWithMetadata: (path, content, metadata) => write(fs, { path, content, metadata }),
    metadata: (path) => readMetadata(fs, path),
    changed,
    async copy(path, copy) {
      await keepCopy(fs, path, copy);
      await removeIfPresent(fs, copy + SIDECAR);
      await keepCopy(fs, path + SIDECAR, copy + SIDECAR);
    },
    async remove(path) {
      await removeIfPresent(fs, path);
      await removeIfPresent(fs, path + SIDECAR);
    },
    async list(folder) {
      const names = await listFolder(fs, folder);
      return names.filter((name) => !name.endsWith(SIDECAR) && !isTemporary(name)).sort();
    },
    modified: (path) => modified(fs, path),
    isThere: (path) => fs.isThere(path),
    log: (path, keep) => openLog(fs, path, keep),
    sweep: (folder, isDead) => sweep(fs, folder, isDead),
  };
}

interface Write {
  readonly path: string;
  readonly content: Buffer;
  readonly before?: (() => Promise<void>) | undefined;
  readonly metadata?: Metadata;
}

async function write(fs: FileSystem, { path, content, before, metadata }: Write): Promise<void> {
  const file = await prepareFile(fs, path, content);
  let sidecar: PreparedFile | undefined;
  try {
    sidecar = await prepareFile(fs, path + SIDECAR, attributesOf(content, metadata));
    await before?.();
  } catch (error) {
    await file.discard().catch(() => undefined);
    await sidecar?.discard().catch(() => undefined);
    throw error;
  }
  await file.commit();
  await sidecar.commit();
}

async function sweep(
  fs: FileSystem,
  folder: string,
  isDead: (name: string, modified: number) => boolean,
): Promise<void> {
  const names = new Set(await listFolder(fs, folder));
  for (const name of names) {
    const isSidecarAlone = name.endsWith(SIDECAR) && !names.has(name.slice(0, -SIDECAR.length));
    if (!isTemporary(name) && !isSidecarAlone) continue;
    const path = `${folder}/${name}`;
    const time = await modified(fs, path);
    if (time !== undefined && isDead(name, time)) await removeIfPresent(fs, path);
  }
}

async function modified(fs: FileSystem, path: string): Promise<number | undefined> {
  try {
    return (await fs.stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function listFolder(fs: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

async function readMetadata(fs: FileSystem, path: string): Promise<Metadata> {
  const text = await readIfPresent(fs, path + SIDECAR);
  try {
    const attributes = JSON.parse(text?.toString() ?? "{}") as { readonly "user.metadata"?: Metadata | null };
    return attributes["user.metadata"] ?? {};
  } catch {
    return {};
  }
}

function changed(folder: string, signal: AbortSignal): Promise<void> {
  return new Promise((settle) => {
    const done = () => settle();
    signal.addEventListener("abort", done, { once: true });
    try {
      // An error of the watcher (the folder is gone, too many watchers) is no change: the signal ends the waiting.
      watch(folder, { signal, persistent: false }, done).on("error", () => undefined);
    } catch {
      if (signal.aborted) settle();
    }
  });
}
