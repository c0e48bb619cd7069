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
  /** Keeps the present content under another name too. */
  copy(path: string, copy: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names of the files and folders in a folder, sorted; none where it is not there. */
  list(folder: string): Promise<readonly string[]>;
  /** Milliseconds; undefined where there is no such file. */
  modified(path: string): Promise<number | undefined>;
  /** Deletes what writes that were killed left in a folder. */
  sweep(folder: string): Promise<void>;
}

const SIDECAR = ".attrs";

export function createBlobs(fs: FileSystem): Blobs {
  return {
    read: (path) => readIfPresent(fs, path),
    write: (path, content, before) => write(fs, { path, content, before }),
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
    async modified(path) {
      try {
        return (await fs.stat(path)).mtimeMs;
      } catch (error) {
        if (codeOf(error) === "ENOENT") return undefined;
        throw error;
      }
    },
    async sweep(folder) {
      const names = await listFolder(fs, folder);
      for (const name of names.filter(isTemporary)) await removeIfPresent(fs, `${folder}/${name}`);
    },
  };
}

async function write(
  fs: FileSystem,
  { path, content, before }: { path: string; content: Buffer; before: (() => Promise<void>) | undefined },
): Promise<void> {
  const file = await prepareFile(fs, path, content);
  let sidecar: PreparedFile | undefined;
  try {
    sidecar = await prepareFile(fs, path + SIDECAR, attributesOf(content));
    await before?.();
  } catch (error) {
    await file.discard().catch(() => undefined);
    await sidecar?.discard().catch(() => undefined);
    throw error;
  }
  await file.commit();
  await sidecar.commit();
}

async function listFolder(fs: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
